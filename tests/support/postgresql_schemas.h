#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/schema/postgresql/postgresql_schema.h"
#include "core/sql/splitter.h"
#include "tests/support/postgresql_server.h"

namespace quarry::test {

/// A database that is emptied for each use: much faster than a new one.
class ScratchDatabase {
public:
    ScratchDatabase() : connection_(db::PostgresqlConnection::connect(postgresql_server().make_database())) {}

    /// Makes it as empty as a new one, then runs the statements.
    void load(const std::string& sql) {
        connection_.query(R"(DO $$ DECLARE r record; BEGIN
            FOR r IN SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
            LOOP EXECUTE format('DROP SCHEMA %I CASCADE', r.nspname); END LOOP;
            FOR r IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'
            LOOP EXECUTE format('DROP EXTENSION %I CASCADE', r.extname); END LOOP;
            DELETE FROM pg_default_acl;
            DELETE FROM pg_depend WHERE classid = 'pg_default_acl'::regclass;
            DELETE FROM pg_shdepend WHERE classid = 'pg_default_acl'::regclass;
            CREATE SCHEMA public AUTHORIZATION pg_database_owner;
            GRANT USAGE ON SCHEMA public TO PUBLIC;
            COMMENT ON SCHEMA public IS 'standard public schema';
        END $$)");
        // What was dropped stays in the catalogue until it is vacuumed, and every query gets slower.
        if (++loads_ % 16 == 0) connection_.query("VACUUM");
        run(sql);
    }
    /// Runs statements one by one, as the text has them.
    void run(const std::string& sql) {
        const sql::SourceText source{"test.sql", sql};
        sql::Splitter splitter(sql::Dialect::postgresql, source, {0, sql.size()});
        while (const auto statement = splitter.next()) {
            connection_.query(std::string_view(sql).substr(statement->start, statement->end - statement->start));
        }
    }
    /// Runs scripts as a migration does; empty when all went well, else what failed.
    [[nodiscard]] std::string apply(const std::vector<schema::Script>& scripts) {
        for (const schema::Script& script : scripts) {
            if (script.transactional) connection_.query("BEGIN");
            for (const schema::Statement& statement : script.statements) {
                if (const auto failure = connection_.run(statement.sql)) {
                    if (script.transactional) connection_.query("ROLLBACK");
                    return statement.sql + "\n" + failure->sqlstate + " " + failure->message + " " + failure->detail;
                }
            }
            if (script.transactional) connection_.query("COMMIT");
        }
        return {};
    }
    [[nodiscard]] std::unique_ptr<schema::Schema> read() { return schema::read_postgresql_schema(connection_); }
    [[nodiscard]] db::PostgresqlConnection& connection() { return connection_; }
    /// What pg_dump writes for it, without what differs between any two databases.
    [[nodiscard]] std::string pg_dump() {
        // Only servers come with on_postgresql.py, and Debian's pg_dump refuses newer ones.
        if (std::getenv("QUARRY_TEST_POSTGRESQL") != nullptr) return read()->dump();
        std::string program;
        for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
            const std::filesystem::path candidate = version.path() / "bin" / "pg_dump";
            if (std::filesystem::exists(candidate)) program = std::max(program, candidate.string());
        }
        const std::string database(connection_.query("SELECT current_database()").text(0, 0));
        const std::string command =
            program + " --schema-only --no-owner '" + postgresql_server().url_of(database) + "'";
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
        std::string text;
        std::array<char, 4096> line{};
        while (pipe && std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
            const std::string_view read = line.data();
            // The keys of newer versions' \restrict are random.
            if (read.find("restrict ") == 1 || read.find("restrict ") == 3) continue;
            text += read;
        }
        EXPECT_THAT(text, ::testing::HasSubstr("PostgreSQL database dump complete"));
        return text;
    }

private:
    db::PostgresqlConnection connection_;
    int loads_ = 0;
};

/// The SQL of all scripts, for messages.
inline std::string text_of(const std::vector<schema::Script>& scripts) {
    std::string text;
    for (const schema::Script& script : scripts) {
        text += script.transactional ? "-- script\n" : "-- script without a transaction\n";
        for (const schema::Statement& statement : script.statements) text += statement.sql + "\n";
    }
    return text;
}

/// "add_table users" for each change.
inline std::vector<std::string> changes_of(const schema::Diff& diff) {
    std::vector<std::string> changes;
    for (const schema::Change& change : diff.changes) {
        changes.push_back(change.kind + " " + change.object + (change.destructive ? " !" : ""));
    }
    return changes;
}

/// What pg_dump wrote, as the statements in it: their order, that of a table's columns, and the name of the sequence
/// behind an identity are no part of a schema.
inline std::multiset<std::string> statements_of(const std::string& dump, bool sorts_columns = true) {
    std::multiset<std::string> statements;
    std::istringstream text(dump);
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        if (line.empty() || line.starts_with("--") || line.starts_with("    SEQUENCE NAME ")) continue;
        const bool last = line.ends_with(';');
        if (line.ends_with(',') || last) line.pop_back();
        lines.push_back(line);
        if (!last) continue;
        const bool table = lines.front().find(" TABLE ") != std::string::npos;
        if (table && sorts_columns) std::sort(lines.begin(), lines.end());
        std::string statement;
        for (const std::string& one : lines) statement += one + "\n";
        statements.insert(statement);
        lines.clear();
    }
    return statements;
}

/// Two databases, between which a diff goes there and back.
class SchemaPair {
public:
    /// Expects that the diff's up gives the second schema and its down the first again.
    schema::Diff expect_there_and_back(const std::string& from, const std::string& to,
                                       const schema::DiffOptions& options = {}, const std::string& rows = {}) {
        first.load(from);
        second.load(to);
        const auto before = first.read();
        const auto after = second.read();
        schema::Diff diff = before->diff(*after, options);
        first.run(rows);
        const std::string up_problem = first.apply(diff.up);
        EXPECT_EQ(up_problem, "") << text_of(diff.up);
        if (!up_problem.empty()) return diff;
        expect_equal(*first.read(), *after, "after up:\n" + text_of(diff.up));
        const std::string down_problem = first.apply(diff.down);
        EXPECT_EQ(down_problem, "") << text_of(diff.down);
        if (!down_problem.empty()) return diff;
        expect_equal(*first.read(), *before, "after down:\n" + text_of(diff.down));
        return diff;
    }
    /// Expects that the second schema's dump loads into an empty database and gives it again, for pg_dump too.
    void expect_dump_loads() {
        const auto written = second.read();
        const std::string dump = written->dump();
        first.load(dump);
        const auto loaded = first.read();
        expect_equal(*loaded, *written, dump);
        EXPECT_EQ(loaded->dump(), dump);
        EXPECT_EQ(statements_of(first.pg_dump(), false), statements_of(second.pg_dump(), false)) << dump;
    }

    static void expect_equal(const schema::Schema& a, const schema::Schema& b, const std::string& what) {
        schema::Diff rest = a.diff(b, {});
        std::erase_if(rest.changes, [](const schema::Change& change) { return change.by_hand; });
        EXPECT_THAT(changes_of(rest), ::testing::IsEmpty()) << what << "\nleft over:\n" << text_of(rest.up);
        EXPECT_EQ(text_of(rest.up), "") << what;
    }

    ScratchDatabase first, second;
};

/// One pair for the whole test program.
inline SchemaPair& schema_pair() {
    static SchemaPair pair;
    return pair;
}

}  // namespace quarry::test
