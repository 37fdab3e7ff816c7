//! Words that a name of Kaitai must not be, by what the name is of.
//!
//! Kaitai's compilers convert a name to the case of their language and escape nothing. So a word
//! counts where a compiler writes it in the case that the language reserves it in:
//!
//! - attributes: as they are in Python, Ruby, Lua, C++ and Rust, `lowerCamelCase` in Java and PHP.
//!   C# and Go write `UpperCamelCase`, JavaScript writes properties only: their words do no harm.
//! - types: `UpperCamelCase`, which PHP compares without regard to case; enums in capitals in Ruby. A
//!   type hides classes of the same name that the generated code uses.
//! - values of enums: as they are in Python and Lua, `UpperCamelCase` in Rust, in capitals elsewhere.

/// What a name is of: it decides which words of the target languages the name must not be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A field, or what is computed of one.
    Attribute,
    /// A record or an enum.
    Type,
    /// A specification.
    Root,
    /// A value of an enum.
    Value,
}

impl Kind {
    /// What is put behind a word to make it a name. A trailing underscore would not do: it is
    /// dropped in `lowerCamelCase`.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Attribute => "_field",
            Self::Type => "_type",
            Self::Root => "_format",
            Self::Value => "_value",
        }
    }
}

/// Whether names of `kind` must not be `name`. Underscores do not count: `class_` is `class` in
/// `lowerCamelCase`.
pub(super) fn is_taken(kind: Kind, name: &str) -> bool {
    let lists: &[&[&str]] = match kind {
        Kind::Attribute => &[KAITAI, PYTHON, LUA, RUBY, JAVA, CPP, RUST, MEMBERS],
        Kind::Type => &[KAITAI, PHP, CLASSES],
        Kind::Root => &[KAITAI, PHP, CLASSES, RUBY_CLASSES],
        Kind::Value => &[KAITAI, PYTHON, LUA, VALUES],
    };
    let plain: String = name.chars().filter(|c| *c != '_').collect();
    let is_it = |word: &&str| word.chars().filter(|c| *c != '_').eq(plain.chars());
    lists.iter().any(|words| words.iter().any(is_it))
}

/// Words of Kaitai's expressions.
const KAITAI: &[&str] = &["and", "false", "not", "or", "true"];

#[rustfmt::skip]
const PYTHON: &[&str] = &[
    "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

#[rustfmt::skip]
const LUA: &[&str] = &[
    "break", "do", "else", "elseif", "end", "for", "function", "goto", "if", "in", "local", "nil", "repeat",
    "return", "then", "until", "while",
];

#[rustfmt::skip]
const RUBY: &[&str] = &[
    "alias", "begin", "break", "case", "class", "def", "defined", "do", "else", "elsif", "end", "ensure", "for",
    "if", "in", "module", "next", "nil", "redo", "rescue", "retry", "return", "self", "super", "then", "undef",
    "unless", "until", "when", "while", "yield",
];

#[rustfmt::skip]
const JAVA: &[&str] = &[
    "abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue",
    "default", "do", "double", "else", "enum", "extends", "final", "finally", "float", "for", "goto", "if",
    "implements", "import", "instanceof", "int", "interface", "long", "native", "new", "null", "package",
    "private", "protected", "public", "return", "short", "static", "strictfp", "super", "switch", "synchronized",
    "this", "throw", "throws", "transient", "try", "void", "volatile", "while",
];

#[rustfmt::skip]
const CPP: &[&str] = &[
    "alignas", "alignof", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
    "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do",
    "double", "dynamic_cast", "else", "enum", "explicit", "export", "extern", "float", "for", "friend", "goto",
    "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not_eq", "nullptr", "operator",
    "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "return", "short",
    "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this",
    "thread_local", "throw", "try", "typedef", "typeid", "typename", "union", "unsigned", "using", "virtual",
    "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
];

#[rustfmt::skip]
const RUST: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match",
    "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Methods that every generated class has, or inherits and cannot have with another result.
#[rustfmt::skip]
const MEMBERS: &[&str] = &[
    // The runtimes: of Kaitai's own classes, and `Read` in Go.
    "close", "from_bytes", "from_file", "from_io", "from_string", "read",
    // Java's Object.
    "clone", "finalize", "get_class", "hash_code", "notify", "notify_all", "to_string", "wait",
    // Ruby's constructor.
    "initialize",
];

/// Words of PHP that no class can have as its name, in any case; `None` is one of Python, and `BEGIN`
/// and `END` are of Ruby.
#[rustfmt::skip]
const PHP: &[&str] = &[
    "abstract", "array", "as", "begin", "bool", "break", "callable", "case", "catch", "class", "clone", "const",
    "continue", "declare", "default", "die", "do", "echo", "else", "elseif", "empty", "end", "enddeclare", "endfor",
    "endforeach", "endif", "endswitch", "endwhile", "eval", "exit", "extends", "final", "finally", "float", "fn",
    "for", "foreach", "function", "global", "goto", "if", "implements", "include", "include_once", "instanceof",
    "insteadof", "int", "interface", "isset", "iterable", "list", "match", "mixed", "namespace", "never", "new",
    "none", "null", "object", "parent", "print", "private", "protected", "public", "readonly", "require",
    "require_once", "return", "self", "static", "string", "switch", "throw", "trait", "try", "unset", "use",
    "var", "void", "while", "xor", "yield",
];

/// Classes that generated code uses by their short name.
#[rustfmt::skip]
const CLASSES: &[&str] = &[
    // Kaitai's own, and its namespace.
    "byte_buffer_kaitai_stream", "consistency_error", "kaitai", "kaitai_stream", "kaitai_struct",
    // Python, and what Ruby and Python raise.
    "bytes_io", "enum", "exception", "int_enum",
    // JavaScript.
    "error", "math", "uint8_array",
    // Java.
    "array_list", "arrays", "boolean", "byte", "charset", "deprecated", "double", "hash_map", "integer",
    "io_exception", "iterable", "long", "map", "number", "override", "runtime_exception", "short", "standard_charsets",
    // C#.
    "console", "encoding", "system",
];

/// Classes of Ruby's core, which a class of the outermost level would reopen.
#[rustfmt::skip]
const RUBY_CLASSES: &[&str] = &[
    "basic_object", "binding", "class", "comparable", "complex", "data", "dir", "encoding", "enumerable",
    "enumerator", "errno", "fiber", "file", "file_test", "gc", "hash", "io", "kernel", "marshal", "method",
    "module", "monitor", "mutex", "numeric", "proc", "process", "queue", "ractor", "random", "range", "rational",
    "refinement", "regexp", "set", "signal", "string_io", "struct", "symbol", "thread", "time", "trace_point",
    "warning", "zlib",
];

/// `mro` is a method of Python's classes, `Self` a word of Rust, `CLASS` one of PHP; an enum in Rust
/// has `Unknown` for numbers without a name.
const VALUES: &[&str] = &["class", "mro", "self", "unknown"];
