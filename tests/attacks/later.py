"""Rows whose feature is not built: told as open at every run."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import attacks  # noqa: E402
from harness.attacks import row  # noqa: E402


class Context:
    def __init__(self, patrol):
        pass

    def stop(self):
        pass


@row(50, "collector of one account uploads for another, replays, signs with another key, sends a zstd bomb",
     "403, 409, 401, 413", unbuilt="there are no collectors yet")
def collectors(c):
    pass


if __name__ == "__main__":
    sys.exit(attacks.main(Context, globals()))
