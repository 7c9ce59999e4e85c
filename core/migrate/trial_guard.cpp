#include "core/migrate/trial_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/migrate/statement_rules.h"
#include "core/sql/lexemes.h"
#include "core/sql/outside_effects.h"

namespace quarry::migrate {
namespace {

using sql::OutsideEffect;
using sql::OutsideKind;

constexpr const char* elsewhere_hint = "try migrations out elsewhere: --dev-url postgresql://USER@HOST/DATABASE, a "
                                       "server meant for this, or install PostgreSQL's server on this machine";

/// Where any of these is not in a statement, a private server runs it as it stands.
constexpr auto left_out_words = std::to_array<std::string_view>(
    {"database", "tablespace", "subscription", "copy", "file", "lo_", "pg_ls", "dblink", "foreign"});

/// What a private server has not, and the target has: other databases, disks, programs, addresses.
bool is_missing_on_private(OutsideKind kind) {
    return kind == OutsideKind::database || kind == OutsideKind::tablespace || kind == OutsideKind::subscription ||
           kind == OutsideKind::file || kind == OutsideKind::program || kind == OutsideKind::connection;
}

/// The effect for which a statement is left out; null for none.
const OutsideEffect* find_left_out(const sql::OutsideEffects& found, TrialBarrier barrier) {
    const auto at = std::find_if(found.effects.begin(), found.effects.end(), [&](const OutsideEffect& effect) {
        switch (barrier) {
            case TrialBarrier::sandbox: return is_missing_on_private(effect.kind);
            case TrialBarrier::dev_server:
                return effect.kind != OutsideKind::session_role && effect.kind != OutsideKind::role;
            case TrialBarrier::text: return effect.kind != OutsideKind::session_role;
        }
        return true;
    });
    return at == found.effects.end() ? nullptr : &*at;
}

/// Settings that change neither how SQL is cut into words nor what may be done.
bool is_harmless_setting(std::string_view name) {
    constexpr std::string_view harmless[] = {
        "search_path",           "lock_timeout", "statement_timeout",    "timezone",
        "client_min_messages",   "datestyle",    "intervalstyle",        "work_mem",
        "check_function_bodies", "row_security", "maintenance_work_mem", "constraints"};
    return std::find(std::begin(harmless), std::end(harmless), name) != std::end(harmless);
}

/// An extension whose functions run no SQL and connect to nothing.
bool is_plain_extension(std::string_view name) {
    constexpr std::string_view known[] = {
        "citext",   "pgcrypto",      "uuid-ossp", "hstore",   "pg_trgm", "btree_gin", "btree_gist", "ltree",
        "unaccent", "fuzzystrmatch", "cube",      "intarray", "vector",  "plpgsql",   "isn",        "earthdistance"};
    return std::find(std::begin(known), std::end(known), name) != std::end(known);
}

/// DO ...
bool is_block(std::string_view statement) {
    const auto words = sql::lexemes(sql::Dialect::postgresql, statement);
    return !words.empty() && words.front().is("do");
}

/// Whether a statement works on objects of its database only, and says so in words that cannot be mistaken.
bool is_plain(std::string_view statement) {
    if (const std::string extension = made_extension(statement); !extension.empty()) {
        return is_plain_extension(extension);
    }
    constexpr std::string_view heads[] = {"insert", "update",  "delete", "truncate", "select", "with",
                                          "values", "comment", "grant",  "revoke",   "analyze"};
    constexpr std::string_view objects[] = {"table",  "index",  "view",    "materialized", "sequence",  "type",
                                            "domain", "schema", "trigger", "extension",    "statistics"};
    constexpr std::string_view before_objects[] = {"or",        "replace",  "unique",   "temp",
                                                   "temporary", "unlogged", "recursive"};
    const auto is_one_of = [](const auto& list, std::string_view word) {
        return std::find(std::begin(list), std::end(list), word) != std::end(list);
    };
    std::vector<std::string> words;
    bool in_sql = false, routine = false, after_language = false;
    sql::Lexer lexer(sql::Dialect::postgresql, statement);
    while (const auto token = lexer.next()) {
        if (sql::is_filler(token->kind)) continue;
        const sql::Lexeme lexeme{token->kind, statement.substr(token->start, token->end - token->start), token->start};
        const std::string text = ascii_lower(lexeme.text);
        if (text.starts_with("u&")) return false;
        const bool named = token->kind == sql::TokenKind::quoted_name;
        const std::string word = named ? ascii_lower(sql::name_of(sql::Dialect::postgresql, lexeme)) : text;
        if (word.starts_with("pg_") || word == "information_schema" || word == "set_config") return false;
        if (after_language) in_sql = word == "sql" || word == "'sql'";
        after_language = word == "language";
        const bool still_head = words.size() < 2 || (words.size() < 5 && is_one_of(before_objects, words.back()));
        if (still_head) words.push_back(word);
        routine = routine || (still_head && (word == "function" || word == "procedure"));
    }
    if (words.size() < 2) return false;
    if (words[0] == "set" || words[0] == "reset")
        return is_harmless_setting(words[1] == "local" || words[1] == "session" ? "" : words[1]);
    if (is_one_of(heads, words[0])) return true;
    if (words[0] != "create" && words[0] != "alter" && words[0] != "drop") return false;
    if (routine) return words[0] != "create" || in_sql;
    return is_one_of(objects, words.back());
}

}  // namespace

Admission TrialGuard::admits(const Script& script, sql::Section statement, std::string_view sql) {
    if (barrier_ == TrialBarrier::sandbox) {
        const std::string text = ascii_lower(sql);
        const auto is_in_text = [&](std::string_view word) { return text.find(word) != std::string::npos; };
        if (std::none_of(left_out_words.begin(), left_out_words.end(), is_in_text)) return Admission::run;
    }
    const sql::OutsideEffects found = sql::outside_effects(sql);
    const bool defines = defines_object(sql);
    const sql::SourceText source = script.source();
    const OutsideEffect* effect = defines ? nullptr : find_left_out(found, barrier_);
    if (barrier_ == TrialBarrier::text) {
        const bool reaches = defines && made_extension(sql).empty() && !found.effects.empty();
        if (found.dynamic || reaches || (effect == nullptr && !is_plain(sql))) {
            const std::string what = found.dynamic ? found.dynamic_reason
                                     : reaches     ? found.effects.front().description
                                                   : "only plain statements on tables, views and so on run there";
            throw source.error_at(statement.start,
                                  "it is not tried out on the target's own server, where it could reach outside of the "
                                  "temporary database: " +
                                      what,
                                  elsewhere_hint);
        }
    }
    if (effect == nullptr) return Admission::run;
    // What makes no sense there may be in a branch that is not taken, and the rest is wanted by what comes behind it.
    if (barrier_ == TrialBarrier::sandbox && is_block(sql)) return Admission::attempt;
    leave_out(script, statement, effect->description);
    return Admission::leave_out;
}

void TrialGuard::leave_out(const Script& script, sql::Section statement, std::string_view why) {
    ++left_out_;
    note_(fmt::format("{}: not tried, as it reaches outside of the database: {}",
                      script.source().location(statement.start), why));
}

}  // namespace quarry::migrate
