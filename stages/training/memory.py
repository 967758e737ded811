"""Memory allocation of the C library."""

import ctypes
import sys

# Parameters of mallopt(3).
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4


def keep_freed_memory() -> None:
    """Let the process keep the memory that it frees, if the C library is glibc.

    Otherwise every large tensor, such as the gradient of the embeddings, is allocated in each step as new pages, which
    the kernel fills with zeros one by one. Results do not change.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_MMAP_MAX, 0)
        library.mallopt(_TRIM_THRESHOLD, 2**31 - 1)
