"""Everything that a server has written, unpacked: rows of its databases, frames of zstd in them, its files."""
import ctypes
import ctypes.util
import pathlib
import re
import sqlite3

MAGIC = b"\x28\xb5\x2f\xfd"
LARGEST = 64 * 1024 * 1024
DICTIONARY = pathlib.Path(__file__).resolve().parent.parent.parent / "src/store/document.dict"


class Zstd:
    """Unpacks frames with the system's libzstd, with the dictionary of stored documents or without."""

    def __init__(self):
        self.library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
        for name, result in (("ZSTD_createDCtx", ctypes.c_void_p), ("ZSTD_getFrameContentSize", ctypes.c_ulonglong),
                             ("ZSTD_decompress_usingDict", ctypes.c_size_t)):
            getattr(self.library, name).restype = result
        self.library.ZSTD_decompress_usingDict.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
            ctypes.c_size_t]
        self.context = self.library.ZSTD_createDCtx()
        self.dictionary = DICTIONARY.read_bytes()

    def unpack(self, frame):
        """The content, or None where it is no whole frame."""
        size = self.library.ZSTD_getFrameContentSize(frame, ctypes.c_size_t(len(frame)))
        size = size if size < LARGEST else LARGEST
        out = ctypes.create_string_buffer(max(size, 1))
        for dictionary in (self.dictionary, b""):
            count = self.library.ZSTD_decompress_usingDict(self.context, out, len(out), frame, len(frame), dictionary,
                                                           len(dictionary))
            if count <= size:
                return out.raw[:count]
        return None


def rows_of(database, zstd):
    """[(place, bytes)] of every value of every table; packed ones unpacked."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    connection.text_factory = bytes
    tables = [name.decode() for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    unpacked = 0
    found = []
    for table in tables:
        for values in connection.execute(f'SELECT * FROM "{table}"'):
            for value in values:
                if not isinstance(value, bytes):
                    continue
                found.append((f"{database.name}:{table}", value))
                if value.startswith(MAGIC):
                    content = zstd.unpack(value)
                    assert content is not None, f"{table} holds a frame that cannot be unpacked"
                    unpacked += 1
                    found.append((f"{database.name}:{table} (unpacked)", content))
    connection.close()
    return found, unpacked


def files_of(folder):
    """[(place, bytes)] of every file below, as it lies on the disk."""
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in pathlib.Path(folder).rglob("*") if path.is_file()]


def memory_of(pid):
    """[(place, bytes)] of every readable part of a process; needs the rights of a debugger."""
    parts = []
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, rights, name in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$", maps, re.M):
            if not rights.startswith("rw") or name.startswith("[v"):
                continue
            try:
                memory.seek(int(start, 16))
                parts.append((f"memory {name or 'anonymous'}", memory.read(int(end, 16) - int(start, 16))))
            except OSError:
                continue
    return parts
