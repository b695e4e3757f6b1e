-- Every table and column is explained in docs/store.md.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    command TEXT NOT NULL,
    assignment TEXT NOT NULL,
    versions TEXT NOT NULL,
    isolation TEXT,
    seed INTEGER NOT NULL
);

CREATE TABLE blobs (
    digest BLOB PRIMARY KEY,
    data BLOB NOT NULL
);

CREATE TABLE hand_ins (
    digest BLOB PRIMARY KEY,
    reading BLOB NOT NULL,
    submission BLOB REFERENCES blobs (digest)
) WITHOUT ROWID;

CREATE TABLE results (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    made TEXT NOT NULL,
    name TEXT NOT NULL,
    hand_in BLOB NOT NULL,
    json TEXT NOT NULL,
    marking BLOB NOT NULL,
    rubric BLOB NOT NULL,
    is_whole INTEGER NOT NULL,
    is_current INTEGER NOT NULL
);

CREATE UNIQUE INDEX one_current_result ON results (name) WHERE is_current;

CREATE TABLE class_list (
    name TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE verdicts (
    hand_in BLOB NOT NULL,
    criterion TEXT NOT NULL,
    grounds BLOB NOT NULL,
    verdict TEXT NOT NULL,
    is_recorded INTEGER NOT NULL,
    PRIMARY KEY (hand_in, criterion, grounds)
) WITHOUT ROWID;

CREATE TABLE exchanges (
    hand_in BLOB NOT NULL,
    student_side BLOB NOT NULL,
    criterion TEXT NOT NULL,
    history BLOB NOT NULL,
    request BLOB NOT NULL,
    position INTEGER NOT NULL,
    reply BLOB,
    fault TEXT,
    seconds REAL NOT NULL,
    PRIMARY KEY (hand_in, student_side, criterion, history, request)
) WITHOUT ROWID;

CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    hand_in BLOB NOT NULL,
    criterion TEXT NOT NULL,
    earned REAL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
);
