"""One theorem a file; each module declares ``CLAIM``. Add a file here and every verb and every contract sees it."""
