"""The lottery house: choose a panel that the quotas allow, as fairly as possible, by a public lottery."""

import os

# Products of small matrices are quicker on one thread: with more, OpenBLAS mostly waits for itself.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
