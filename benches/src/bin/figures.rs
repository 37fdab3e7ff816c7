//! Measures everything into docs/benchmarks.json, and writes the tables of the pages that show it.
//!
//! ```text
//! cargo run -p atf-benches --bin figures                     # the tables, from the last run's file
//! cargo run -p atf-benches --bin figures -- --bench PYTHON   # all benchmarks first: about 15 minutes
//! ```
//!
//! PYTHON is an interpreter that has the package `atf` and numpy. Figures mean something only on a machine that
//! does nothing else.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use atf_benches::figures::{Figures, VARIABLE, render};
use atf_benches::{FIGURES, PAGES};

const BENCH: &str = "cargo bench -p atf-benches";
const PYTHON_BENCH: &str = "python/benches/bench.py";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write_pages(&root),
        ["--bench", python] => measure(&root, python).and_then(|()| write_pages(&root)),
        _ => Err(format!("expected no argument or --bench PYTHON, found {}", arguments.join(" "))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn write_pages(root: &Path) -> Result<(), String> {
    let figures =
        Figures::read(&root.join(FIGURES)).map_err(|error| format!("{FIGURES}: {error}"))?;
    for page in PAGES {
        let path = root.join(page);
        let text = fs::read_to_string(&path).map_err(|error| format!("{page}: {error}"))?;
        let rendered = render(&text, &figures).map_err(|error| format!("{page}: {error}"))?;
        fs::write(&path, rendered).map_err(|error| format!("{page}: {error}"))?;
        println!("{page} written");
    }
    Ok(())
}

/// Runs all benchmarks into a new file, which replaces the old one when all have run.
fn measure(root: &Path, python: &str) -> Result<(), String> {
    let file = env::temp_dir().join(format!("atf-figures-{}.json", std::process::id()));
    let measured = run(root, python, &file);
    let kept = measured.and_then(|figures| {
        figures.write(&root.join(FIGURES)).map_err(|error| format!("{FIGURES}: {error}"))
    });
    // It may not be there: the first benchmark failed.
    let _ = fs::remove_file(&file);
    kept
}

fn run(root: &Path, python: &str, file: &Path) -> Result<Figures, String> {
    run_into(root, file, &BENCH.split(' ').collect::<Vec<_>>())?;
    run_into(root, file, &[python, PYTHON_BENCH])?;
    let figures = Figures::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Figures {
        date: first_line("date", &["-u", "+%Y-%m-%d"])?,
        command: format!("{BENCH}` and `python {PYTHON_BENCH}"),
        machine: machine()?,
        ..figures
    })
}

fn run_into(root: &Path, file: &Path, words: &[&str]) -> Result<(), String> {
    let command = words.join(" ");
    let mut run = Command::new(words[0]);
    let status = run.args(&words[1..]).current_dir(root).env(VARIABLE, file).status();
    match status {
        // The bench in Python ends with 1 where a target is missed; the tables say so.
        Ok(status)
            if status.success() || (words[1] == PYTHON_BENCH && status.code() == Some(1)) =>
        {
            Ok(())
        }
        Ok(status) => Err(format!("`{command}`: {status}")),
        Err(error) => Err(format!("`{command}`: {error}")),
    }
}

/// Processor, cores, kernel and compiler: what a reader compares his own machine with.
fn machine() -> Result<String, String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpuinfo.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = first_line("uname", &["-sr"])?;
    // What a distribution adds behind the version's first two numbers says nothing.
    let kernel = kernel.split('.').take(2).collect::<Vec<_>>().join(".");
    let compiler = first_line("rustc", &["--version"])?;
    let compiler = compiler.split(" (").next().unwrap_or_default().to_owned();
    let model = model.unwrap_or(env::consts::ARCH);
    Ok(format!("{model}, {cores} cores, shared with others; {kernel}; {compiler}"))
}

fn first_line(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("`{program}`: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::to_owned).ok_or_else(|| format!("`{program}` printed nothing"))
}
