"""What holds for all tests: Ctrl-C means the same however they are started."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what it leaves in the background so, and every command that a test starts would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
