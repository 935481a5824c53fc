"""The lottery house: choose a panel that the quotas allow, as fairly as possible, by a public lottery.

Everything here runs on one thread, the linear algebra under numpy included: its matrices are so small that a second
thread only waits, and the order of sums must not depend on how many cores a machine has.
"""

import os

__version__ = "0.4.0"

for _threads in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
