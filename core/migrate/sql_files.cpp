#include "core/migrate/sql_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "core/migrate/open_transaction.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

/// What statements that may wait begin with. After DROP TABLE t; CREATE TABLE t there is a table.
constexpr std::array<std::string_view, 5> patient_words = {"create", "alter", "comment", "grant", "insert"};

bool begins_with_any(sql::Dialect dialect, std::string_view sql, std::span<const std::string_view> words) {
    const std::vector<sql::Lexeme> lexemes = sql::lexemes(dialect, sql);
    return !lexemes.empty() &&
           std::any_of(words.begin(), words.end(), [&](std::string_view word) { return lexemes.front().is(word); });
}

/// Takes the schema that is called like the login out of the search path: a CREATE SCHEMA of that name would change
/// where the tables behind it go, and who is the login is no part of a schema.
constexpr const char* pin_search_path = R"(
SELECT pg_catalog.set_config('search_path', coalesce(nullif(pg_catalog.regexp_replace(
    pg_catalog.current_setting('search_path'), '"\$user"\s*(,\s*|$)', '', 'g'), ''), 'public'), false))";

void pin_names(Database& database) {
    if (database.dialect() == sql::Dialect::postgresql) (void)database.query(pin_search_path);
}

/// Whether a statement says what names mean in the ones behind it: SET search_path, SELECT set_config(...).
bool is_setting(sql::Dialect dialect, std::string_view sql) {
    constexpr std::array<std::string_view, 3> words = {"set", "reset", "pragma"};
    return begins_with_any(dialect, sql, words) || sql.find("set_config") != std::string_view::npos;
}

/// Runs scripts again and again, as long as one of their statements can be run that could not before.
class PatientRun {
public:
    PatientRun(Database& database, std::span<const Script> scripts) : database_(database) {
        for (const Script& script : scripts) parts_.push_back({&script, script.statements});
    }

    void run() {
        for (std::size_t left = count(); left > 0;) {
            failures_.clear();
            for (Part& part : parts_) run(part);
            if (count() == left) throw unfinished();
            left = count();
        }
    }

private:
    struct Part {
        const Script* script;
        std::vector<sql::Section> waiting;  ///< In the order of the file.
    };

    [[nodiscard]] std::size_t count() const {
        std::size_t sum = 0;
        for (const Part& part : parts_) sum += part.waiting.size();
        return sum;
    }

    void run(Part& part) {
        if (part.waiting.empty()) return;
        const Script& script = *part.script;
        const std::unique_ptr<Session> session = database_.session();
        OpenTransaction transaction(*session);
        pin_names(database_);
        std::vector<sql::Section> left;
        auto next = part.waiting.begin();
        for (const sql::Section& one : script.statements) {
            const bool waits = next != part.waiting.end() && next->start == one.start;
            if (waits) ++next;
            if (!waits && !is_setting(dialect(), script.sql_of(one))) continue;
            if (!can_run(*session, script, one)) left.push_back(one);
        }
        transaction.commit(script.path);
        part.waiting = std::move(left);
    }

    bool can_run(Session& session, const Script& script, sql::Section statement) {
        const std::string_view sql = script.sql_of(statement);
        require("SAVEPOINT quarry_patience");
        try {
            session.run(script, statement, sql);
        } catch (const MissingObject& error) {
            if (!begins_with_any(dialect(), sql, patient_words)) throw;
            require("ROLLBACK TO SAVEPOINT quarry_patience");
            failures_.push_back(error);
            return false;
        }
        require("RELEASE SAVEPOINT quarry_patience");
        return true;
    }

    void require(const std::string& sql) {
        if (auto failure = database_.attempt(sql)) {
            throw Error(ErrorCode::failed, fmt::format("cannot load SQL into {}", database_.name()))
                .because(std::move(*failure));
        }
    }

    [[nodiscard]] sql::Dialect dialect() const noexcept { return database_.dialect(); }

    [[nodiscard]] Error unfinished() const {
        const std::size_t others = failures_.size() - 1;
        if (others == 0) return failures_.front();
        return Error(failures_.front())
            .because(fmt::format("{} more {}, in whatever order", others,
                                 others == 1 ? "statement fails" : "statements fail"));
    }

    Database& database_;
    std::vector<Part> parts_;
    std::vector<Error> failures_;  ///< Of the last round.
};

}  // namespace

void run_sql_files(Database& database, std::span<const Script> scripts) {
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        try {
            pin_names(database);
            database.run(scripts[i]);
        } catch (const MissingObject&) {
            return PatientRun(database, scripts.subspan(i)).run();
        }
    }
}

}  // namespace quarry::migrate
