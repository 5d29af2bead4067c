-- How lsyncd.yaml runs lsyncd: it copies what is in one folder into another, and ends where it cannot.
settings { nodaemon = true, insist = false }
sync {
    default.rsync,
    source = os.getenv("WATCHED"),
    target = os.getenv("TARGET"),
    delay = 0,
    delete = false, -- what others have in the target stays
    rsync = { _extra = { "--ignore-times", "--omit-dir-times" } },
}
