/// What others call what is written down, and where.
extension ForeignWords {
    /// Those of `log`.
    static let log = ForeignWords([
        ("accesslog file path", .written("access: { path: $ }")), ("format", .written("access: { format: $ }")),
        ("error errors errorlog event", .called("events")), ("level loglevel", .written("events: { level: $ }")),
        ("syslog", .written("access: { syslog: $ }")),
    ])

    /// Those of `log.access`.
    static let accessLog = ForeignWords([
        ("file filename output", .called("path")), ("type logformat line pattern template", .called("format")),
        ("fields", .advice("format: \"{client} {status}\" has the fields that are named, hide: [user] all but some")),
        ("sampling samplerate ratio", .called("sample")), ("slowlog longrequests slowerthan", .called("slow")),
        ("off none no false disabled", .needless("there is no access log where none is declared")),
        ("redact mask omit drop filter", .called("hide")), ("server journal journald", .called("syslog")),
        (
            "buffer bufferingsize flush gzip",
            .needless("lines are gathered for a turn of the worker, and written by a thread of their own")
        ),
    ])

    /// Those of `log.events`.
    static let eventLog = ForeignWords([
        ("type encoding formatter", .called("format")),
        ("severity threshold loglevel minlevel verbosity", .called("level")),
        (
            "path file output",
            .needless("events go to standard error, which the service manager keeps, or to a syslog")
        ),
        ("server journal journald", .called("syslog")),
    ])

    /// Those for `level`'s values.
    static let levels = ForeignWords([
        ("warn", .called("warning")), ("err crit critical alert emerg emergency fatal", .called("error")),
        ("notice debug trace information informational all", .called("info")),
    ])

    /// Those of `syslog`.
    static let syslog = ForeignWords([
        ("address server host path socket target url", .called("to")),
        ("tag app appname ident identity programname", .called("program")),
        ("severity level", .needless("lines of the access log are informational, events have their level")),
    ])
}
