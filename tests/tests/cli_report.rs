//! `atf report`, `tree`, `flamegraph` and `diff`: what they print of a session whose numbers are known.

#[path = "cli/trace.rs"]
mod trace;

use std::path::{Path, PathBuf};

use atf_runtime::WriterOptions;
use atf_runtime::format::EventKind;
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_tests::cli::{atf, run, run_on};
use atf_tests::scratch::Scratch;
use serde_json::{Value as Json, json};
use trace::{PLATFORM, write};

/// Time, function, kind, depth.
type Event = (u64, u64, EventKind, u32);

const MAIN: u64 = 1 << 32;
const PARSE: u64 = 1 << 32 | 1;
const READ: u64 = 2 << 32;

/// A session with these events on its threads, which are numbered from 1.
fn session(dir: &Path, name: &str, threads: &[&[Event]]) -> PathBuf {
    let path = dir.join(name);
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut session = SessionWriter::create(&path, PLATFORM, options).unwrap();
    let modules = vec![Module::new(1, "/bin/app"), Module::new(2, "/lib/libc.so")];
    let symbols = vec![
        Symbol::new(1, 0, "main"),
        Symbol::new(1, 1, "_ZN3app5parseEi"),
        Symbol::new(2, 0, "read"),
    ];
    session.set_symbols(modules, symbols);
    let summaries: Vec<_> = (1..)
        .zip(threads)
        .map(|(id, events)| {
            let mut thread = session.thread(id).unwrap();
            events.iter().for_each(|&event| write(&mut thread, event, None));
            thread.finalize().unwrap()
        })
        .collect();
    session.finish(&summaries).unwrap();
    path
}

/// main calls parse twice, for 300 and 500 ns; parse calls read, for 100 ns each. Then a call that does not finish.
fn sample(dir: &Path) -> PathBuf {
    session(
        dir,
        "s",
        &[
            &[
                (1000, MAIN, EventKind::CALL, 0),
                (1100, PARSE, EventKind::CALL, 1),
                (1200, READ, EventKind::CALL, 2),
                (1300, READ, EventKind::RETURN, 2),
                (1400, PARSE, EventKind::RETURN, 1),
                (1400, PARSE, EventKind::CALL, 1),
                (1500, READ, EventKind::CALL, 2),
                (1600, READ, EventKind::RETURN, 2),
                (1900, PARSE, EventKind::RETURN, 1),
                (2000, MAIN, EventKind::RETURN, 0),
            ],
            &[(1000, READ, EventKind::CALL, 0), (1050, MAIN, EventKind::RETURN, 0)],
        ],
    )
}

fn object(args: &[&str]) -> Json {
    let run = run(args).exits(0);
    assert_eq!(run.lines().len(), 1, "one object: {}", run.stdout);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn report_has_the_numbers_of_each_function() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let report = object(&["report", path.to_str().unwrap(), "--json"]);
    let expected = json!({
        "functions": [
            {
                "function_id": PARSE, "function": "app::parse(int)", "module": "/bin/app", "calls": 2,
                "total_ns": 800, "self_ns": 600, "min_ns": 300, "avg_ns": 400, "max_ns": 500,
                "p50_ns": 300, "p90_ns": 500, "p99_ns": 500,
            },
            {
                "function_id": READ, "function": "read", "module": "/lib/libc.so", "calls": 3,
                "total_ns": 250, "self_ns": 250, "min_ns": 100, "avg_ns": 100, "max_ns": 100,
                "p50_ns": 100, "p90_ns": 100, "p99_ns": 100,
            },
            {
                "function_id": MAIN, "function": "main", "module": "/bin/app", "calls": 1,
                "total_ns": 1000, "self_ns": 200, "min_ns": 1000, "avg_ns": 1000, "max_ns": 1000,
                "p50_ns": 1000, "p90_ns": 1000, "p99_ns": 1000,
            },
        ],
        "threads": 2, "events": 12, "calls": 6, "orphan_returns": 1, "unfinished": 1, "unwound": 0,
        "lost_events": 0, "gap_ns": 0, "clamped": 0, "depth_from": {"1": "exact", "2": "exact"},
    });
    assert_eq!(report, expected);
}

#[test]
fn report_is_a_table_in_text_and_csv() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let text = run_on("report", &path, &[]).exits(0).stdout;
    let expected = " share    self    total  calls      avg  function
57.1 %  600 ns   800 ns      2   400 ns  app::parse(int)
23.8 %  250 ns   250 ns      3   100 ns  read
19.0 %  200 ns  1.00 us      1  1.00 us  main
total: 6 calls of 3 functions on 2 threads
not balanced: 1 return without a call, 1 call not finished
";
    assert_eq!(text, expected);
    let csv =
        run_on("report", &path, &["--format", "csv", "--sort", "total", "--top", "1"]).exits(0);
    let expected = "\
function_id,function,module,calls,total_ns,self_ns,min_ns,avg_ns,max_ns,p50_ns,p90_ns,p99_ns
4294967296,main,/bin/app,1,1000,200,1000,1000,1000,1000,1000,1000
";
    assert_eq!(csv.stdout, expected);
}

#[test]
fn report_by_thread_and_module() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let path = path.to_str().unwrap();
    let threads = object(&["report", path, "--json", "--by", "thread"]);
    let of = |rows: &Json, keys: [&str; 3]| -> Vec<[Json; 3]> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| keys.map(|key| row[key].clone())).collect()
    };
    let expected = vec![[json!(1), json!(5), json!(1000)], [json!(2), json!(1), json!(50)]];
    assert_eq!(of(&threads["by_thread"], ["thread_id", "calls", "self_ns"]), expected);
    let modules = object(&["report", path, "--json", "--by", "module"]);
    let expected = vec![
        [json!("/bin/app"), json!(3), json!(800)],
        [json!("/lib/libc.so"), json!(3), json!(250)],
    ];
    assert_eq!(of(&modules["by_module"], ["module", "calls", "self_ns"]), expected);
    for by in ["thread", "module"] {
        run(["report", path, "--by", by]).exits(0);
        run(["report", path, "--by", by, "--format", "csv"]).exits(0);
    }
}

#[test]
fn tables_fit_the_screen_and_names_are_cut() {
    let dir = Scratch::new();
    let path = dir.path().join("s");
    let path = path.to_str().unwrap();
    run(["synth", "--out", path, "--threads", "4", "--events", "40000"]).exits(0);
    let commands: [&[&str]; 6] = [
        &["report", path],
        &["report", path, "--by", "thread"],
        &["tree", path],
        &["tree", path, "--inverted"],
        &["diff", path, path, "--all"],
        &["replay", path, "--limit", "500"],
    ];
    for args in commands {
        for columns in [80, 120, 160] {
            let output = atf().args(args).env("COLUMNS", columns.to_string()).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(longest <= columns, "{args:?} at {columns}: {longest}\n{text}");
            assert!(!text.contains('\u{1b}'), "{args:?}: colour in a pipe");
        }
    }
}

#[test]
fn tree_has_a_node_per_path() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let node = |id: u64, function: &str, calls: u64, total: u64, self_ns: u64, children: Json| {
        json!({
            "function_id": id, "function": function, "calls": calls, "total_ns": total, "self_ns": self_ns,
            "children": children,
        })
    };
    let tree = object(&["tree", path.to_str().unwrap(), "--json"]);
    let read = |calls, ns| node(READ, "read", calls, ns, ns, json!([]));
    let parse = node(PARSE, "app::parse(int)", 2, 800, 600, json!([read(2, 200)]));
    let main = node(MAIN, "main", 1, 1000, 200, json!([parse]));
    assert_eq!(tree["children"], json!([main, read(1, 50)]));
    assert_eq!((&tree["calls"], &tree["total_ns"]), (&json!(6), &json!(1050)));
    assert_eq!((&tree["function"], &tree["orphan_returns"]), (&Json::Null, &json!(1)));
    let csv = run_on("tree", &path, &["--format", "csv"]).exits(0).stdout;
    let expected = "\
path,calls,total_ns,self_ns
main,1,1000,200
main;app::parse(int),2,800,600
main;app::parse(int);read,2,200,200
read,1,50,50
";
    assert_eq!(csv, expected);
    let text = run_on("tree", &path, &[]).exits(0).stdout;
    let expected = "   total      self      calls  function
 1.00 us    200 ns          1  main
  800 ns    600 ns          2  └ app::parse(int)
  200 ns    200 ns          2    └ read
   50 ns     50 ns          1  read
not balanced: 1 return without a call, 1 call not finished
";
    assert_eq!(text, expected);
}

#[test]
fn tree_of_a_function_shows_its_callees_and_its_callers() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let text = run_on("tree", &path, &["--function", "parse"]).exits(0).stdout;
    let expected = "app::parse(int) calls:
   total      self      calls  function
  800 ns    600 ns          2  app::parse(int)
  200 ns    200 ns          2  └ read
app::parse(int) is called by:
   total      self      calls  function
  800 ns    600 ns          2  app::parse(int)
  800 ns    600 ns          2  └ main
";
    assert!(text.starts_with(expected), "{text}");
    let inverted = object(&["tree", path.to_str().unwrap(), "--json", "--inverted"]);
    let read = inverted["children"].as_array().unwrap().iter().find(|it| it["function"] == "read");
    assert_eq!(read.unwrap()["calls"], 3);
    assert_eq!(read.unwrap()["children"][0]["function"], "app::parse(int)");
}

// A tree as deep as this would overflow the stack of a writer that recurses.
#[test]
fn deep_tree_is_printed() {
    let dir = Scratch::new();
    let deep = 20_000;
    let calls = (0..deep).map(|at| (at, (1 << 32) + 10 + at, EventKind::CALL, at as u32));
    let events: Vec<Event> = calls.collect();
    let path = session(dir.path(), "s", &[&events]);
    let json = run_on("tree", &path, &["--json"]).exits(0).stdout;
    assert_eq!(json.matches("\"children\":[").count() as u64, deep + 1);
    assert_eq!(json.matches(']').count(), json.matches('[').count());
    let text = run_on("tree", &path, &["--min-share", "0"]).exits(0).stdout;
    assert!(text.contains("[19999] └ 0x"), "depth is visible");
    let replay = run_on("replay", &path, &[]).exits(0).stdout;
    assert!(replay.contains("[19999] 0x"), "depth is visible");
}

#[test]
fn folded_stacks_have_the_self_time_or_the_calls() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let folded = run_on("flamegraph", &path, &["--folded"]).exits(0).stdout;
    let expected = "\
thread 1;main 200
thread 1;main;app::parse(int) 600
thread 1;main;app::parse(int);read 200
thread 2;read 50
";
    assert_eq!(folded, expected);
    let calls = run_on("flamegraph", &path, &["--folded", "--by", "calls"]).exits(0).stdout;
    assert!(calls.contains("thread 1;main;app::parse(int);read 2\n"), "{calls}");
    let flat = run_on("flamegraph", &path, &["--folded", "--by", "self"]).exits(0).stdout;
    assert_eq!(flat, "app::parse(int) 600\nmain 200\nread 250\n");
}

#[test]
fn flame_graph_is_an_svg_that_is_never_written_over_by_mistake() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let path = path.to_str().unwrap();
    let file = dir.path().join("f.svg");
    let svg = file.to_str().unwrap();
    run(["flamegraph", path, "-o", svg]).exits(0);
    let first = std::fs::read_to_string(&file).unwrap();
    assert!(first.starts_with("<?xml") && first.trim_end().ends_with("</svg>"));
    assert!(first.contains("app::parse(int) (800 ns"), "{first}");
    let error = run(["flamegraph", path, "-o", svg, "--icicle"]).exits(2).stderr;
    assert!(error.contains("nothing was changed"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    // The same trace gives the same picture.
    run(["flamegraph", path, "-o", svg, "--force"]).exits(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    run(["flamegraph", path, "-o", svg, "--force", "--icicle", "--by", "calls"]).exits(0);
    assert_ne!(std::fs::read_to_string(&file).unwrap(), first);
    let two = dir.path().join("two.svg");
    run(["flamegraph", path, path, "-o", two.to_str().unwrap()]).exits(0);
    assert!(std::fs::read_to_string(two).unwrap().contains("app::parse(int)"));
    let none = run(["flamegraph", path, "-o", svg, "--force", "--function", "nothing"]).exits(2);
    assert!(none.stderr.contains("no calls to draw"), "{}", none.stderr);
    run(["flamegraph", path]).exits(2);
}

fn timed(parse_ns: u64, reads: u64) -> Vec<Event> {
    let mut events = vec![(1000, MAIN, EventKind::CALL, 0), (2000, PARSE, EventKind::CALL, 1)];
    let mut now = 2000 + parse_ns;
    events.push((now, PARSE, EventKind::RETURN, 1));
    for _ in 0..reads {
        events.push((now, READ, EventKind::CALL, 1));
        now += 100;
        events.push((now, READ, EventKind::RETURN, 1));
    }
    events.push((now, MAIN, EventKind::RETURN, 0));
    events
}

#[test]
fn diff_exits_with_1_beyond_the_threshold() {
    let dir = Scratch::new();
    let a = session(dir.path(), "a", &[&timed(1000, 5)]);
    let slower = session(dir.path(), "slower", &[&timed(1200, 5)]);
    let more = session(dir.path(), "more", &[&timed(1000, 50)]);
    let gone = session(dir.path(), "gone", &[&timed(1000, 0)]);
    let diff = |one: &Path, other: &Path, args: &[&str], code: i32| {
        let paths = [one.to_str().unwrap(), other.to_str().unwrap()];
        run([&["diff"], &paths[..], args].concat()).exits(code)
    };
    assert!(diff(&a, &a, &[], 0).stdout.contains("0 functions beyond 10 %"));
    let text = diff(&a, &slower, &[], 1).stdout;
    assert!(text.contains("slower    +20.0 %   1.00 us  1.20 us"), "{text}");
    assert!(text.contains("1 function beyond 10 %"), "{text}");
    diff(&a, &slower, &["--threshold", "25"], 0);
    diff(&slower, &a, &["--threshold", "15"], 1);
    assert!(diff(&a, &more, &[], 0).stdout.contains("more     +900.0 %"));
    assert!(diff(&a, &gone, &[], 0).stdout.lines().any(|line| line.starts_with("gone ")));
    assert!(diff(&gone, &a, &[], 0).stdout.lines().any(|line| line.starts_with("new ")));
    let json: Json = serde_json::from_str(&diff(&a, &slower, &["--json"], 1).stdout).unwrap();
    assert_eq!(json["beyond_threshold"], json!(["app::parse(int)"]));
    let functions = json["functions"].as_array().unwrap();
    let parse = functions.iter().find(|it| it["function"] == "app::parse(int)").unwrap();
    assert_eq!((&parse["self_ns"], &parse["calls"]), (&json!([1000, 1200]), &json!([1, 1])));
    let json: Json = serde_json::from_str(&diff(&a, &gone, &["--json"], 0).stdout).unwrap();
    assert_eq!((&json["only_in_a"], &json["only_in_b"]), (&json!(["read"]), &json!([])));
    let csv = diff(&a, &slower, &["--format", "csv"], 1).stdout;
    assert!(csv.contains("app::parse(int),app,slower,1,1,1000,1200,1000,1200,true\n"), "{csv}");
    diff(&a, &dir.path().join("nowhere"), &[], 2);
}

#[test]
fn replay_looks_like_c() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let text = run_on("replay", &path, &["--thread", "1"]).exits(0).stdout;
    let expected = " duration  thread  call
                1  main() {
                1    app::parse(int)() {
   100 ns       1      read();
   300 ns       1    }
                1    app::parse(int)() {
   100 ns       1      read();
   500 ns       1    }
  1.00 us       1  }
";
    assert_eq!(text, expected);
    let both = run_on("replay", &path, &[]).exits(0).stdout;
    assert!(both.contains("    50 ns       2  read(); /* unfinished */\n"), "{both}");
    run_on("replay", &path, &["--json"]).exits(2);
}

#[test]
fn long_calls_repeat_their_name_and_every_end_but_a_return_is_marked() {
    let dir = Scratch::new();
    let mut events = vec![(1000, MAIN, EventKind::CALL, 0), (1001, PARSE, EventKind::CALL, 1)];
    for at in 0..20 {
        events.push((2000 + at * 10, READ, EventKind::CALL, 2));
        events.push((2005 + at * 10, READ, EventKind::RETURN, 2));
    }
    // parse is left by an exception; then a call of main proves that read did not return.
    events.push((3000, PARSE, EventKind::EXCEPTION, 1));
    events.push((3010, READ, EventKind::CALL, 1));
    events.push((3020, READ, EventKind::CALL, 1));
    events.push((3030, READ, EventKind::RETURN, 1));
    events.push((3040, MAIN, EventKind::RETURN, 0));
    let path = session(dir.path(), "s", &[&events]);
    let text = run_on("replay", &path, &["--depth-from", "exact"]).exits(0).stdout;
    assert!(text.contains("} /* app::parse(int), exception */\n"), "{text}");
    assert!(text.contains("read(); /* unwound */\n"), "{text}");
    assert!(text.contains("} /* main */\n"), "{text}");
}

#[test]
fn dump_calls_has_the_fields_of_a_call() {
    let dir = Scratch::new();
    let path = sample(dir.path());
    let run_jsonl = |args: &[&str]| -> Vec<Json> {
        let run =
            run_on("dump", &path, &[&["--calls", "--format", "jsonl"], args].concat()).exits(0);
        run.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let ended = run_jsonl(&[]);
    let expected = json!({
        "thread": 2, "start_seq": 0, "end_seq": null, "function_id": READ, "function": "read", "depth": 0,
        "parent": null, "start_ns": 1000, "end_ns": 1050, "duration_ns": 50, "self_ns": 50,
        "ended_by": "end_of_trace", "has_gap": false, "cut": null,
    });
    assert_eq!(ended[0], expected);
    let starts = |calls: &[Json]| -> Vec<(u64, u64)> {
        let number = |call: &Json, key: &str| call[key].as_u64().unwrap();
        calls.iter().map(|it| (number(it, "thread"), number(it, "start_seq"))).collect()
    };
    assert_eq!(starts(&ended), [(2, 0), (1, 2), (1, 1), (1, 6), (1, 5), (1, 0)]);
    let started = run_jsonl(&["--order", "start"]);
    assert_eq!(starts(&started), [(1, 0), (2, 0), (1, 1), (1, 2), (1, 5), (1, 6)]);
    assert_eq!(starts(&run_jsonl(&["--offset", "1", "--limit", "2"])), [(1, 2), (1, 1)]);
    let cut = run_jsonl(&["--from", "1150", "--to", "1250"]);
    assert_eq!(cut.iter().map(|it| it["cut"].clone()).collect::<Vec<_>>(), ["end", "both", "both"]);
    let csv =
        run_on("dump", &path, &["--calls", "--format", "csv", "--limit", "1"]).exits(0).stdout;
    let expected = "\
thread,start_seq,end_seq,function_id,function,depth,parent,start_ns,end_ns,duration_ns,self_ns,ended_by,has_gap,cut
2,0,,8589934592,read,0,,1000,1050,50,50,end_of_trace,false,
";
    assert_eq!(csv, expected);
    for wrong in [["--calls", "--details"], ["--calls", "--by-seq"]] {
        run_on("dump", &path, &wrong).exits(2);
    }
    run_on("dump", &path, &["--order", "start"]).exits(2);
}
