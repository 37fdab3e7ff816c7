//! How to compile a program so that its calls can be recorded: one screen.

/// Printed when no function could be recorded.
pub(super) const HELP: &str = "\
No function of the program can be recorded: nothing in it is instrumented.
Compile it again with one of these, and keep symbols (no `strip`):

  GCC, C and C++     gcc -g -finstrument-functions ...
                     leave out what is small or hot:
                     -finstrument-functions-exclude-file-list=/usr/include
                     -finstrument-functions-exclude-function-list=name,name
  Clang, C and C++   clang -g -fxray-instrument -fxray-instruction-threshold=1 \\
                       -fnoxray-link-deps ...
                     (costs next to nothing while it is not recorded)
                     or clang -g -finstrument-functions ...
  CMake              cmake -DCMAKE_C_FLAGS=... -DCMAKE_CXX_FLAGS=...
  Autotools, make    make CFLAGS='-g -O2 -finstrument-functions'

The linker needs no other option: `atf record` brings the library that the
hooks call. Shared libraries are recorded if they are compiled like this.
";
