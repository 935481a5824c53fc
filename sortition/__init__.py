"""The lottery house: choose a panel that the quotas allow, as fairly as possible, by a public lottery.

Everything here runs on one thread, the linear algebra under numpy included: its matrices are so small that a second
thread only waits, and the order of sums must not depend on how many cores a machine has. Workbooks are read and written
by the standard library's XML, whatever else is installed: with lxml, openpyxl would say other errors and other bytes.
"""

import os

__version__ = "0.6.0"

for _threads in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
os.environ["OPENPYXL_LXML"] = "False"
