#include "core/db/postgresql_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace quarry::db {
namespace {

struct SqlstateHint {
    std::string_view sqlstate;  ///< Or the first two characters: the class.
    std::string_view hint;
};

constexpr std::string_view lost_hint =
    "the server ended the connection, and what was not committed is undone: see the server's log, then run the "
    "command again";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
constexpr std::array<SqlstateHint, 15> sqlstate_hints = {{
    {"55P03", "another session holds a lock on it: wait until it is done, or give a longer lock timeout"},
    {"40P01", "two sessions waited for each other and this one was undone: run the command again"},
    {"40001", "another session changed the same rows and this one was undone: run the command again"},
    {"42501", "connect as the owner, or as a role that was granted it"},
    {"25006", "the server or the session is read-only: connect to the primary, or check default_transaction_read_only"},
    {"57014", "it was cancelled, or took longer than statement_timeout"},
    {"53100", "the server's disk is full: free some space, then run the command again; nothing was changed"},
    {"53300", "the server has no connection left: close some, or raise max_connections"},
    {"57P01", lost_hint},
    {"57P02", lost_hint},
    {"57P03", "the server is starting up or shutting down: try again in a moment"},
    {"08P01", "a statement may hold no parameter ($1, $2, ...) here: write the value itself"},
    {"08", lost_hint},
    {"28P01", "check the user and the password; it can also come from PGPASSWORD or ~/.pgpass"},
    {"28", "check the user and the password, and the server's pg_hba.conf"},
}};

std::string_view hint_for_sqlstate(std::string_view sqlstate) {
    const auto* found = std::find_if(sqlstate_hints.begin(), sqlstate_hints.end(), [&](const SqlstateHint& candidate) {
        return sqlstate.substr(0, candidate.sqlstate.size()) == candidate.sqlstate;
    });
    return found == sqlstate_hints.end() ? std::string_view{} : found->hint;
}

struct TextHint {
    std::string_view part;
    std::string_view hint;
    bool is_away = true;
};

// What libpq itself says before there is a server that could give a code.
constexpr std::array<TextHint, 14> connect_hints = {{
    {"Connection refused", "check that a server listens there: host and port in the URL"},
    {"No such file or directory",
     "no server listens on that socket: start it, or write postgres://HOST/… to reach it by network"},
    {"could not translate host name", "check the host in the URL"},
    {"no password supplied", "give the password in the URL, in PGPASSWORD or in ~/.pgpass", false},
    {"certificate", "check sslmode and sslrootcert in the URL", false},
    {"does not support SSL", "the server has no SSL: check sslmode in the URL", false},
    {"timeout expired", "the server did not answer: check host and port, or add connect_timeout=30 to the URL"},
    {"server closed the connection unexpectedly", "check that host and port belong to a PostgreSQL server"},
    {"No route to host", "check the host in the URL, and the network"},
    {"Network is unreachable", "check the host in the URL, and the network"},
    {"Host is down", "check the host in the URL, and the network"},
    {"Connection timed out", "check the host in the URL, and the network"},
    {"Connection reset by peer", "check that host and port belong to a PostgreSQL server"},
    {"could not receive data from server", "the connection was cut: try again"},
}};

bool is_sqlstate(std::string_view text) {
    return text.size() == 5 && std::all_of(text.begin(), text.end(),
                                           [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// The first "FATAL:  28P01: " of a verbose message.
std::string_view sqlstate_in(std::string_view text) {
    for (std::size_t at = text.find(":  "); at != std::string_view::npos; at = text.find(":  ", at + 1)) {
        const std::string_view candidate = text.substr(at + 3, 5);
        if (is_sqlstate(candidate) && text.substr(at + 8, 2) == ": ") return candidate;
    }
    return {};
}

/// The message without code and source location.
std::string plain_message(std::string_view text, std::string_view sqlstate) {
    std::string plain;
    for (const std::string_view line : split(text, '\n')) {
        if (trim(line).empty() || line.starts_with("LOCATION:")) continue;
        if (!plain.empty()) plain += "; ";
        plain += trim(line);
    }
    const std::string code = fmt::format("{}: ", sqlstate);
    for (std::size_t at = plain.find(code); !sqlstate.empty() && at != std::string::npos; at = plain.find(code)) {
        plain.erase(at, code.size());
    }
    return plain;
}

const TextHint* known_failure(std::string_view text) {
    const auto* found = std::find_if(connect_hints.begin(), connect_hints.end(), [&](const TextHint& known) {
        return text.find(known.part) != std::string_view::npos;
    });
    return found == connect_hints.end() ? nullptr : found;
}

std::string_view hint_for_connecting(std::string_view sqlstate, std::string_view text) {
    if (sqlstate == "3D000")
        return "check the database's name in the URL; createdb makes one, and quarry migrate create that of a project";
    if (const std::string_view hint = hint_for_sqlstate(sqlstate); !hint.empty()) return hint;
    const TextHint* known = known_failure(text);
    return known == nullptr ? std::string_view{} : known->hint;
}

bool is_away(std::string_view sqlstate, std::string_view text) {
    if (!sqlstate.empty()) return sqlstate.starts_with("57P") || sqlstate.starts_with("08") || sqlstate == "53300";
    const TextHint* known = known_failure(text);
    return known != nullptr && known->is_away;
}

}  // namespace

Error postgresql_error(const PostgresqlFailure& failure, std::string_view doing) {
    const bool locked = failure.sqlstate == "55P03" || failure.sqlstate == "40P01";
    const std::string_view known = hint_for_sqlstate(failure.sqlstate);
    Error error(locked ? ErrorCode::locked : ErrorCode::failed, std::string(doing),
                known.empty() ? failure.hint : std::string(known));
    error = std::move(error).because(failure.message);
    if (!failure.detail.empty()) error = std::move(error).because(failure.detail);
    return error;
}

PostgresqlConnectError postgresql_connect_error(std::string_view url, std::string_view text) {
    const std::string_view sqlstate = sqlstate_in(text);
    Error error(ErrorCode::failed, fmt::format("cannot connect to {}", url),
                std::string(hint_for_connecting(sqlstate, text)));
    return {std::move(error).because(plain_message(text, sqlstate)), std::string(sqlstate), is_away(sqlstate, text)};
}

}  // namespace quarry::db
