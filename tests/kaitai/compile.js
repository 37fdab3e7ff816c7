// Compiles .ksy files by the real Kaitai Struct compiler, which has no command of its own on npm.
//
// In: a folder for what is made, a target language, .ksy files. Out: the sources in that folder.
// Exit code 1 when a specification is wrong, each named with what the compiler says.
"use strict";

const fs = require("fs");
const path = require("path");
// From the folder that the packages were installed in, which is not that of this file.
const load = (name) => require(require.resolve(name, { paths: [process.cwd()] }));
const yaml = load("js-yaml");
const compiler = load("kaitai-struct-compiler");

async function main() {
  const [out, language, ...files] = process.argv.slice(2);
  const imports = {
    importYaml: (name) => Promise.reject(new Error(`it imports ${name}, but should need no other file`)),
  };
  for (const file of files) {
    try {
      const specification = yaml.load(fs.readFileSync(file, "utf8"));
      const made = await compiler.compile(language, specification, imports, false);
      for (const [name, text] of Object.entries(made)) {
        const at = path.join(out, name);
        fs.mkdirSync(path.dirname(at), { recursive: true });
        fs.writeFileSync(at, text);
      }
    } catch (error) {
      console.error(`${file}: ${error}`);
      process.exitCode = 1;
    }
  }
}

main();
