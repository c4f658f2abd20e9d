# ---- what is sent, as text

READS = re.compile(r"^\s*(SELECT|WITH|SHOW|EXPLAIN|VALUES|PRAGMA\s+[\w.]*\s*(\(|$|;))", re.I)
CHANGES = re.compile(r"\b(setval|nextval|set_config|pg_advisory_\w+|lo_\w+|INSERT|UPDATE|DELETE)\b", re.I)
CATALOG = re.compile(r"pg_catalog|information_schema|sqlite_(master|schema)|\bpg_\w+|current_schema|version\(\)", re.I)
CONTROL = re.compile(r"^\s*(COMMIT|ROLLBACK|BEGIN|END|START\s+TRANSACTION|ABORT)\b(?!\s+TO)", re.I)


def literal(value):
    """A value as SQL, for drivers that cannot show what they send."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return ("true" if value else "false") if IS_POSTGRESQL else str(int(value))
    # What a class of the project's own (an Enum of texts) says of itself is not what drivers send.
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float_literal(float(value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        text = bytes(value).hex()
        return "'\\x%s'" % text if IS_POSTGRESQL else "X'%s'" % text
    if isinstance(value, (list, tuple)):
        return "ARRAY[%s]" % ", ".join(literal(each) for each in value)
    text = str.__str__(value) if isinstance(value, str) else str(value)
    return "'%s'" % text.replace("'", "''")


def float_literal(value):
    text = float.__repr__(value)
    if text[-1].isdigit():
        return text
    if IS_POSTGRESQL:
        return "CAST('%s' AS double precision)" % text
    # SQLite has no words for these: what is too large is infinite, and the driver sends NULL for what is no number.
    return {"inf": "9e999", "-inf": "-9e999"}.get(text, "NULL")


# Drivers of the percent styles look at the whole text, strings in it too; the others' marks are none within strings.
PERCENT_MARKS = re.compile(r"%\((\w+)\)s|%s|%%")
OTHER_MARKS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|\?|\$(\d+)|:(\w+)(?![:\w])|::", re.S)


def filled_in(statement, parameters, style):
    """The statement with literals in the place of its parameters. style: of the driver, as PEP 249 names it."""
    named = isinstance(parameters, dict)
    values = iter(() if named or not parameters else parameters)

    def percent(match):
        if match.group(0) == "%%":
            return "%"
        if match.group(1):
            return literal(parameters[match.group(1)])
        value = next(values, values)
        # Django's driver for SQLite makes a `?` of each, also of one in a string.
        return "?" if value is values else literal(value)

    def other(match):
        if match.group(0) == "?":
            return literal(next(values))
        if match.group(1):
            return literal(parameters[int(match.group(1)) - 1])
        if match.group(2) and named and match.group(2) in parameters:
            return literal(parameters[match.group(2)])
        return match.group(0)

    if style in ("format", "pyformat"):
        return PERCENT_MARKS.sub(percent, statement)
    return OTHER_MARKS.sub(other, statement) if parameters else statement


def as_sent(cursor, statement, parameters, style):
    """parameters: None if the driver was given none, so that a `%` is a `%`."""
    mogrify = getattr(cursor, "mogrify", None)
    if mogrify is not None:
        sent = mogrify(statement, parameters)
        return sent.decode("utf-8") if isinstance(sent, bytes) else sent
    return statement if parameters is None else filled_in(statement, parameters, style)
