#!/usr/bin/env bash
# Names that are words of the target languages: a format whose fields, records, enums and values all have such names is
# compiled by Kaitai's compiler to the eight languages of docs/schema.md, and each language's own compiler takes the
# result. Python, JavaScript and Ruby also read a file with it.
#
# Arguments: the folder that the npm packages and the environment for Python are in, the command atf-gen. Called by run.sh.
set -euo pipefail
work=$1
gen=$2
here=$(cd "$(dirname "$0")" && pwd)

# There is a file with events, and one without.
for kind in 0 1; do
    folder=$work/words$kind
    mkdir -p "$folder"
    python3 "$here/words.py" "$here/words.txt" "$kind" >"$folder/words.toml"
    "$gen" generate --schema "$folder/words.toml" --out "$folder/made" >/dev/null
    specification=$folder/made/kaitai/words_struct.ksy
    for language in python java csharp javascript go ruby lua php; do
        (cd "$work" && node "$here/compile.js" "$folder/$language" "$language" "$specification")
    done
    ruby -c "$folder/ruby/words_struct.rb" >/dev/null
    php -l "$folder/php/WordsStruct.php" >/dev/null
    luac5.4 -p "$folder/lua/words_struct.lua"
    mcs -warn:0 -target:library "-out:$folder/words.dll" "$here/runtimes/Kaitai.cs" "$folder/csharp/WordsStruct.cs"
    # Enough ones for every field; one is a value of every enum.
    head -c 65536 /dev/zero | tr '\0' '\1' >"$folder/ones"
    PYTHONPATH=$folder/python "$work/venv/bin/python" -c \
        'import sys; from words_struct import *; assert WordsStruct.from_file(sys.argv[1]).header.f0 is not None' "$folder/ones"
    (cd "$work" && node -e 'const fs = require("fs"), { WordsStruct } = require(process.argv[1]);
        const Stream = require("kaitai-struct/KaitaiStream");
        if (new WordsStruct(new Stream(fs.readFileSync(process.argv[2]))).header.f0 === undefined) process.exit(1);' \
        "$folder/javascript/WordsStruct.js" "$folder/ones")
    ruby -I "$here/runtimes/ruby" -e 'require ARGV[0]; io = Kaitai::Struct::Stream.new(File.binread(ARGV[1]));
        exit !WordsStruct.new(io).header.f0.nil?' "$folder/ruby/words_struct.rb" "$folder/ones"
done

# The slowest, once: a type is a class in Java whatever it is of, and in Go has its specification's name in front.
mkdir "$work/words1/classes" "$work/words0/module"
javac -nowarn -proc:none -d "$work/words1/classes" -sourcepath "$here/runtimes/java" "$work/words1/java/WordsStruct.java"
{
    echo "package words"
    cat "$work/words0/go/words_struct.go"
} >"$work/words0/module/words.go"
runtime=github.com/kaitai-io/kaitai_struct_go_runtime
printf 'module words\n\ngo 1.18\n\nrequire %s v0.0.0\nreplace %s => %s\n' \
    "$runtime" "$runtime" "$here/runtimes/go" >"$work/words0/module/go.mod"
(cd "$work/words0/module" && GOFLAGS=-mod=mod GOPROXY=off GOCACHE=$work/gocache go vet .)
echo "names that are words of eight languages compile in each of them"
