// Rules about statements that reach outside of their database.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Outside = sql::OutsideKind;

/// The word, or the statement's first one, that a finding begins with.
sql::Section word_at(const Inspection& at, std::size_t offset) {
    const std::string_view text = at.script.source.text;
    const std::size_t start = std::min(at.statement().section.start + offset, text.size());
    std::size_t end = start;
    while (end < text.size() && (is_ascii_letter(text[end]) || is_ascii_digit(text[end]) || text[end] == '_')) ++end;
    return {start, end};
}

std::string_view says(Outside kind) {
    switch (kind) {
        case Outside::role: return "roles belong to all databases of the server";
        case Outside::database: return "a migration is about what is in its database";
        case Outside::tablespace: return "a tablespace is a folder of this server, for all its databases";
        case Outside::setting: return "it acts on the whole server, and no transaction undoes it";
        case Outside::transaction: return "a prepared transaction outlives the session";
        case Outside::subscription: return "it connects to another server";
        case Outside::replication: return "slots and origins belong to the whole server";
        case Outside::large_object: return "large objects belong to no table, and are not dropped with one";
        case Outside::file: return "the server's files are not there on another one";
        case Outside::program: return "it runs a shell command as the server's user";
        case Outside::connection: return "what it does elsewhere stays when the migration fails";
        case Outside::session_role: return "what comes after runs and is owned as another role";
        case Outside::catalogue: return "nothing checks what is written to a shared catalogue by hand";
    }
    return "";
}

/// The first sentence of what a rule's page says to do, as hints are written.
std::string hint_of(const Rule& rule) {
    std::string hint(rule.instead.substr(0, rule.instead.find(". ")));
    if (hint.ends_with('.')) hint.pop_back();
    const bool keyword = hint.size() > 1 && is_ascii_upper(hint[1]);
    return keyword ? hint : ascii_lower(hint.substr(0, 1)) + hint.substr(1);
}

template <Outside... kinds>
void check_outside(const Inspection& at) {
    for (const sql::OutsideEffect& effect : at.statement().outside) {
        if (((effect.kind != kinds) && ...)) continue;
        at.report(word_at(at, effect.offset), fmt::format("{}: {}", effect.description, says(effect.kind)),
                  hint_of(at.rule));
    }
}

void check_attach(const Inspection& at) {
    const std::vector<sql::Lexeme>& words = at.statement().words;
    if (words.empty()) return;
    const bool into = words.front().is("vacuum") &&
                      std::any_of(words.begin(), words.end(), [](const sql::Lexeme& one) { return one.is("into"); });
    if (!into && !words.front().is("attach") && !words.front().is("detach")) return;
    at.report(at.statement().section,
              into ? "VACUUM INTO writes another file" : "another file becomes part of the connection",
              "give each database its own folder of migrations and its own --url");
}

void check_load_extension(const Inspection& at) {
    const std::vector<sql::Lexeme>& words = at.statement().words;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (!words[i].is_name() || !words[i + 1].is("(")) continue;
        if (ascii_lower(sql::name_of(sql::Dialect::sqlite, words[i])) != "load_extension") continue;
        at.report({words[i].start, words[i].end()}, "load_extension runs a library's code in the program",
                  "let the program that needs the extension load it");
    }
}

void check_outside_pragma(const Inspection& at) {
    constexpr std::array<std::string_view, 4> outside = {"temp_store_directory", "data_store_directory",
                                                         "soft_heap_limit", "hard_heap_limit"};
    const std::string name = ascii_lower(at.statement().name().name);
    if (at.statement().verb != Verb::pragma || std::find(outside.begin(), outside.end(), name) == outside.end()) return;
    at.report(at.statement().section, fmt::format("PRAGMA {} holds for every connection of the process", name),
              "set it in the program that opens the database");
}

constexpr std::array<Rule, 14> outside_table = {{
    {.id = "role-change",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "roles, their memberships or settings are changed",
     .why = "Roles belong to the whole server: the second database that the migration runs on fails, or changes what "
            "another one relies on. The way down takes the role from every database.",
     .instead = "Make roles where the server is set up. In the migration, GRANT rights on its own objects to roles "
                "that are there.",
     .bad = "-- quarry:up\nCREATE ROLE reporting;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nGRANT SELECT ON users TO reporting;\n\n-- quarry:down\nREVOKE SELECT ON users FROM "
             "reporting;\n",
     .sources = "PostgreSQL documentation: Database Roles",
     .check = check_outside<Outside::role>},
    {.id = "database-change",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "a database, or what the server keeps about one, is changed",
     .why = "A migration is about what is in its database. DROP DATABASE cannot be undone, and the settings and rights "
            "of a database are not in its dumps: a copy of the database does not have them.",
     .instead = "Make, drop and set up databases where the server is set up.",
     .bad = "-- quarry:up\nALTER DATABASE app SET work_mem = '64MB';\n\n-- quarry:irreversible: there is nothing to "
            "undo\n",
     .good = "-- quarry:up\nALTER FUNCTION report() SET work_mem = '64MB';\n\n-- quarry:down\nALTER FUNCTION report() "
             "RESET work_mem;\n",
     .sources = "PostgreSQL documentation: Managing Databases",
     .check = check_outside<Outside::database>},
    {.id = "tablespace-change",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "a tablespace is created, changed or dropped",
     .why = "A tablespace is a folder of the server that all its databases share. The path is not there on another "
            "machine, and the statements cannot run inside a transaction.",
     .instead = "Make tablespaces where the server is set up, and name them in CREATE TABLE or CREATE INDEX.",
     .bad = "-- quarry:up\nALTER TABLESPACE fast SET (random_page_cost = 1);\n\n-- quarry:irreversible: there is "
            "nothing to undo\n",
     .good = "-- quarry:up\nCREATE INDEX users_mail ON users (mail) TABLESPACE fast;\n\n-- quarry:down\nDROP INDEX "
             "users_mail;\n",
     .sources = "PostgreSQL documentation: Tablespaces",
     .check = check_outside<Outside::tablespace>},
    {.id = "server-setting",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "the whole server is changed or controlled",
     .why =
         "ALTER SYSTEM and functions such as pg_reload_conf and pg_terminate_backend act on every database of the "
         "server, and no transaction undoes them. A prepared transaction keeps its locks when the session has ended.",
     .instead = "Set up the server outside of migrations. For one statement, SET LOCAL.",
     .bad = "-- quarry:up\nSELECT pg_reload_conf();\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nSET LOCAL work_mem = '64MB';\nUPDATE users SET locale = 'en' WHERE locale IS NULL;\n\n-- "
             "quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: ALTER SYSTEM; System Administration Functions",
     .check = check_outside<Outside::setting, Outside::transaction>},
    {.id = "subscription-change",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "a subscription is created, changed or dropped",
     .why = "A subscription connects to another server and makes a replication slot there. Where that server is not "
            "reached, in a test or a copy, the migration fails; dropped on one side alone, the slot on the other keeps "
            "its log for ever.",
     .instead = "Set up replication outside of migrations. CREATE PUBLICATION stays within the database.",
     .bad = "-- quarry:up\nALTER SUBSCRIPTION orders DISABLE;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nCREATE PUBLICATION orders FOR TABLE orders;\n\n-- quarry:down\nDROP PUBLICATION orders;\n",
     .sources = "PostgreSQL documentation: Logical Replication, Subscription",
     .check = check_outside<Outside::subscription>},
    {.id = "replication-slot",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "replication slots or origins are changed",
     .why = "Slots belong to the whole server. An unused one keeps the write-ahead log until the disk is full, "
            "and one that is dropped cannot be made again where it was.",
     .instead = "Let what reads the slot make and drop it.",
     .bad = "-- quarry:up\nSELECT pg_drop_replication_slot('orders');\n\n-- quarry:irreversible: there is nothing to "
            "undo\n",
     .good = "-- quarry:up\nCREATE PUBLICATION orders FOR TABLE orders;\n\n-- quarry:down\nDROP PUBLICATION orders;\n",
     .sources = "PostgreSQL documentation: Replication Slots",
     .check = check_outside<Outside::replication>},
    {.id = "large-object",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "large objects are used",
     .why = "Large objects have numbers and no tables: nothing drops them with the rows that name them, the schema "
            "does not show them, and lo_import and lo_export read and write files of the server.",
     .instead = "A column of type bytea.",
     .bad = "-- quarry:up\nUPDATE users SET photo = lo_import('/tmp/nobody.png') WHERE photo IS NULL;\n\n-- "
            "quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN photo_bytes bytea;\n\n-- quarry:down\nALTER TABLE users DROP "
             "COLUMN photo_bytes;\n",
     .sources = "PostgreSQL documentation: Large Objects",
     .check = check_outside<Outside::large_object>},
    {.id = "server-file",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "files or programs of the server are used",
     .why = "The files are not there on another server, it takes a superuser or a special role, and COPY ... PROGRAM "
            "runs a shell command as the server's user. No transaction undoes what was written.",
     .instead = "INSERT with the rows in the migration, or a program of your own that sends them.",
     .bad = "-- quarry:up\nCOPY countries FROM '/tmp/countries.csv' WITH (FORMAT csv);\n\n-- quarry:irreversible: "
            "there is nothing to undo\n",
     .good = "-- quarry:up\nINSERT INTO countries (code, name) VALUES ('NO', 'Norway');\n\n-- quarry:down\nDELETE FROM "
             "countries WHERE code = 'NO';\n",
     .sources = "PostgreSQL documentation: COPY; Generic File Access Functions",
     .check = check_outside<Outside::file, Outside::program>},
    {.id = "outside-connection",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "the server connects elsewhere, or work is scheduled",
     .why = "What dblink and the like do on the other side is not part of the migration's transaction: when the "
            "migration fails, it stays. A test or a copy of the database reaches the same place and changes it too.",
     .instead = "Give each database its own folder of migrations and its own --url.",
     .bad = "-- quarry:up\nSELECT dblink_exec('dbname=other', 'DROP TABLE notes');\n\n-- quarry:irreversible: there is "
            "nothing to undo\n",
     .good = "-- quarry:up\nDROP TABLE IF EXISTS audit.scratch;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: dblink; IMPORT FOREIGN SCHEMA",
     .check = check_outside<Outside::connection>},
    {.id = "set-role",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "the migration goes on as another role",
     .why = "What comes after has another owner than what other migrations create, and runs with other rights. "
            "RESET ROLE and DISCARD ALL go the other way: they restore rights that were taken from the connection.",
     .instead = "Connect as the role that is to own the objects, or ALTER ... OWNER TO.",
     .bad = "-- quarry:up\nSET ROLE owner;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good =
         "-- quarry:up\nALTER TABLE users OWNER TO owner;\n\n-- quarry:down\nALTER TABLE users OWNER TO postgres;\n",
     .sources = "PostgreSQL documentation: SET ROLE; SET SESSION AUTHORIZATION",
     .check = check_outside<Outside::session_role>},
    {.id = "shared-catalogue",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "a catalogue that all databases share is written to",
     .why = "Nothing checks what is written to a catalogue by hand; a wrong row can lock everyone out of the server.",
     .instead = "The statement that is meant for it, such as ALTER DATABASE or ALTER ROLE, where the server is set up.",
     .bad = "-- quarry:up\nUPDATE pg_database SET datallowconn = false WHERE datname = 'old';\n\n-- "
            "quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nUPDATE audit.pg_database SET seen = true WHERE datname = 'old';\n\n-- quarry:irreversible: "
             "there is nothing to undo\n",
     .sources = "PostgreSQL documentation: System Catalogs",
     .check = check_outside<Outside::catalogue>},
    {.id = "attach-database",
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "another database file is attached",
     .why = "The path is not there on another machine, and a transaction over several files is not atomic in WAL mode. "
            "quarry refuses ATTACH in migrations. VACUUM INTO writes a file as well.",
     .instead = "Give each database its own folder of migrations and its own --url.",
     .bad = "-- quarry:up\nATTACH DATABASE 'other.db' AS other;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nCREATE TABLE attached (id INTEGER PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE attached;\n",
     .sources = "SQLite documentation: ATTACH DATABASE; VACUUM INTO",
     .check = check_attach},
    {.id = "load-extension",
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "a library is loaded into the process",
     .why = "load_extension runs a library's code in whatever program applies the migration. quarry does not allow it, "
            "and where it is allowed the file may be missing or another one.",
     .instead = "Let the program that needs the extension load it.",
     .bad = "-- quarry:up\nSELECT load_extension('./fuzzy');\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nINSERT INTO tools (name) VALUES ('load_extension');\n\n-- quarry:down\nDELETE FROM tools "
             "WHERE name = 'load_extension';\n",
     .sources = "SQLite documentation: Run-Time Loadable Extensions",
     .check = check_load_extension},
    {.id = "outside-pragma",
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "a PRAGMA reaches beyond the database",
     .why = "temp_store_directory and data_store_directory say where every connection of the process puts its files, "
            "and the heap limits hold for all of them.",
     .instead = "Set it in the program, or its environment (SQLITE_TMPDIR).",
     .bad = "-- quarry:up\nPRAGMA temp_store_directory = '/var/tmp';\n\n-- quarry:irreversible: there is nothing to "
            "undo\n",
     .good = "-- quarry:up\nPRAGMA user_version = 3;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "SQLite documentation: PRAGMA Statements",
     .check = check_outside_pragma},
}};

}  // namespace

std::span<const Rule> outside_rules() { return outside_table; }

}  // namespace quarry::sql_lint
