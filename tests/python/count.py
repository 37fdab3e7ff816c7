"""Counts what a session holds: threads, events, detail records found by sequence, and names. Ends with 2 and the
package's error where the operating system refuses to read a file."""

import sys

import atf


def main(path: str) -> int:
    try:
        with atf.SessionReader(path) as session:
            print("manifest", "invalid" if session.manifest_error else "valid", len(session.symbols))
            print("threads", len(session), "events", session.event_count)
            for id, thread in session.readable():
                seq = 0
                while thread.get_detail(seq) is not None:
                    seq += 1
                print("thread", id, "details", seq)
            print("merged", len(session.merged_events()))
    except atf.IoError as error:
        print(f"error: {error}: {error.__cause__}", file=sys.stderr)
        return 2
    return 0


sys.exit(main(sys.argv[1]))
