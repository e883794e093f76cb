"""A tiny test runner: functions named test_*, one line each, and a total at the end."""
import argparse
import os
import pathlib
import shutil
import sys
import time
import traceback

SKIPPED = 77  # exit code that scripts/test reports as skipped


def arguments():
    parser = argparse.ArgumentParser()
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    parser.add_argument("--patrol", default=str(root / "build/release/src/patrol"))
    parser.add_argument("--only", default="", help="run the tests whose name contains this")
    return parser.parse_args()


def skip_all(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def have(program):
    return shutil.which(program) is not None


def shared_data():
    """The folder of third-party test data, or None."""
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    for candidate in (os.environ.get("PATROL_SHARED_DATA"), root.parent / "shared/data"):
        if candidate and pathlib.Path(candidate).is_dir():
            return pathlib.Path(candidate)
    return None


def main(make_context, names):
    """Runs the functions test_* of `names` on one context, made from the program's path."""
    options = arguments()
    context = make_context(options.patrol)
    try:
        tests = [value for name, value in names.items() if name.startswith("test_")]
        return run(tests, context, only=options.only)
    finally:
        context.stop()


def run(tests, *context, only=""):
    """Runs the functions in order; exits 1 when one failed."""
    failed = 0
    chosen = [test for test in tests if only in test.__name__]
    for test in chosen:
        start = time.time()
        try:
            test(*context)
            print(f"ok      {test.__name__} ({time.time() - start:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {test.__name__}", flush=True)
            traceback.print_exc()
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0
