#include "core/store/side_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace quarry::store {
namespace {

constexpr std::size_t rows_at_once = 200;
constexpr std::size_t large_rows_at_once = 8;

/// The columns of the tables, key first.
struct Columns {
    using enum SideKind;

    static constexpr SideColumn conversations[] = {
        {"id"},         {"principal", word},  {"created_at"}, {"name", text}, {"summary", text},
        {"summarised"}, {"collections", word}};
    static constexpr SideColumn turns[] = {
        {"id"},           {"conversation_id"}, {"number"},         {"asked_at"},
        {"state"},        {"answered_at"},     {"question", text}, {"stand_alone", text},
        {"answer", text}, {"record", text}};
    static constexpr SideColumn cached_responses[] = {{"request", word}, {"ordinal", ordinal}, {"kind"},
                                                      {"model", text},   {"value", bytes},     {"bytes"},
                                                      {"made_at"},       {"used_at"},          {"uses"}};
    static constexpr SideColumn runs[] = {
        {"id"},          {"trace_id", word}, {"name", word},   {"started_at"},    {"duration"},
        {"error", word}, {"model", text},    {"input_tokens"}, {"output_tokens"}, {"cost", real},
        {"calls"},       {"cached_calls"},   {"spans", text}};
    static constexpr SideColumn requests[] = {
        {"principal", word}, {"key", text}, {"request", word}, {"made_at"}, {"response", text}};
    static constexpr SideColumn responses[] = {{"id", word},       {"ordinal", ordinal}, {"principal", word},
                                               {"previous", word}, {"created_at"},       {"input", text},
                                               {"response", text}};
    static constexpr SideColumn originals[] = {{"hash", word}, {"bytes"}, {"created_at"}};
    static constexpr SideColumn parts[] = {{"hash", word}, {"number"}, {"data", bytes}};
    static constexpr SideColumn links[] = {{"source_id", source}, {"hash", word}, {"name", text}, {"type", text}};
    static constexpr SideColumn grants[] = {{"principal", word}, {"collection_id", collection}, {"access"}};
    static constexpr SideColumn feedback[] = {{"id"},          {"principal", word}, {"question", text},
                                              {"good", flag},  {"answer", text},    {"answerable", flag},
                                              {"facts", text}, {"comment", text},   {"given_at"}};
    static constexpr SideColumn users[] = {{"id", word},       {"created_at"},    {"email", text}, {"name", text},
                                           {"password", word}, {"scopes", word},  {"disabled_at"}, {"sessions_from"},
                                           {"max_tokens"},     {"max_cost", real}};
    static constexpr SideColumn keys[] = {{"id", word},      {"created_at"},    {"secret", bytes}, {"name", text},
                                          {"user_id", word}, {"scopes", word},  {"expires_at"},    {"last_used_at"},
                                          {"max_tokens"},    {"max_cost", real}};
    static constexpr SideColumn spending[] = {{"principal", word}, {"month", word}, {"tokens"}, {"cost", real}};
    static constexpr SideColumn sign_ins[] = {{"secret", bytes}, {"user_id", word}, {"kind"},   {"family", word},
                                              {"issued_at"},     {"expires_at"},    {"used_at"}};
    static constexpr SideColumn signing_keys[] = {{"id", word}, {"created_at"}, {"secret", bytes}};
    static constexpr SideColumn audit[] = {
        {"id"}, {"at"}, {"principal", text}, {"action", word}, {"subject", text}, {"address", text}, {"outcome", text}};
    static constexpr SideColumn cited[] = {{"feedback_id"}, {"number"}, {"uri", text}, {"quote", text}};
};

}  // namespace

const std::vector<SideTable>& side_tables() {
    static const std::vector<SideTable> all = {
        {"conversations", "conversations", 1, 3, rows_at_once, Columns::conversations},
        {"conversation_turns", "conversations", 1, 4, rows_at_once, Columns::turns},
        {"cached_responses", "cached answers", 1, 3, rows_at_once, Columns::cached_responses},
        {"runs", "traces", 1, 4, rows_at_once, Columns::runs},
        {"idempotent_requests", "answered requests", 2, 2, rows_at_once, Columns::requests},
        {"model_responses", "responses", 1, 5, rows_at_once, Columns::responses},
        {"originals", "uploaded files", 1, 2, rows_at_once, Columns::originals},
        {"original_parts", "uploaded files", 2, 3, large_rows_at_once, Columns::parts},
        {"source_originals", "uploaded files", 1, 1, rows_at_once, Columns::links},
        {"users", "users", 1, 2, rows_at_once, Columns::users},
        {"api_keys", "keys", 1, 3, rows_at_once, Columns::keys},
        {"spending", "spending", 2, 2, rows_at_once, Columns::spending},
        {"sign_ins", "sign-ins", 1, 6, rows_at_once, Columns::sign_ins},
        {"signing_keys", "signing keys", 1, 3, rows_at_once, Columns::signing_keys},
        {"audit_log", "audit entries", 1, 7, rows_at_once, Columns::audit},
        {"collection_grants", "grants", 2, 2, rows_at_once, Columns::grants},
        {"answer_feedback", "feedback", 1, 3, rows_at_once, Columns::feedback},
        {"feedback_sources", "feedback", 2, 4, rows_at_once, Columns::cited},
    };
    return all;
}

std::string SideStatements::name(const SideColumn& column) const {
    return column.kind == SideKind::ordinal ? ordinal_ : std::string(column.name);
}

std::string SideStatements::names(std::span<const SideColumn> columns) const {
    std::vector<std::string> all;
    for (const SideColumn& column : columns) all.push_back(name(column));
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string SideStatements::read(const SideTable& table, std::size_t count) const {
    std::vector<std::string> all;
    for (const SideColumn& column : table.columns.first(count)) {
        switch (column.kind) {
            case SideKind::source:
                all.push_back(fmt::format("(SELECT s.uri FROM sources s WHERE s.id = {})", column.name));
                break;
            case SideKind::collection:
                all.push_back(fmt::format("(SELECT k.name FROM collections k WHERE k.id = {})", column.name));
                break;
            default: all.push_back(name(column));
        }
    }
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string SideStatements::select(const SideTable& table, bool is_first) const {
    const std::string key = read(table, table.key);
    std::vector<std::string> parameters;
    for (std::size_t i = 1; i <= table.key; ++i) parameters.push_back(fmt::format("{}{}", parameter_, i));
    const std::string behind =
        is_first ? std::string() : fmt::format(" WHERE ({}) > ({})", key, fmt::join(parameters, ", "));
    return fmt::format("SELECT {} FROM {}{} ORDER BY {} LIMIT {}", read(table, table.columns.size()), table.name,
                       behind, key, table.at_once);
}

std::string SideStatements::insert(const SideTable& table) const {
    return fmt::format("INSERT INTO {} ({})", table.name, names(table.columns));
}

std::string SideStatements::stored(const SideColumn& column, std::string_view value) {
    switch (column.kind) {
        case SideKind::source: return fmt::format("(SELECT s.id FROM sources s WHERE s.uri = {})", value);
        case SideKind::collection: return fmt::format("(SELECT k.id FROM collections k WHERE k.name = {})", value);
        default: return std::string(value);
    }
}

std::string SideStatements::is_known(const SideTable& table, std::span<const std::string> values) {
    std::string condition = "WHERE true";
    for (std::size_t i = 0; i < values.size(); ++i) {
        const SideKind kind = table.columns[i].kind;
        if (kind == SideKind::source || kind == SideKind::collection) condition += " AND " + values[i] + " IS NOT NULL";
    }
    return condition;
}

std::string SideStatements::on_conflict(const SideTable& table) const {
    std::vector<std::string> changes;
    for (const SideColumn& column : table.columns.subspan(table.fixed)) {
        changes.push_back(fmt::format("{0} = excluded.{0}", column.name));
    }
    const std::string action = changes.empty() ? "NOTHING" : fmt::format("UPDATE SET {}", fmt::join(changes, ", "));
    return fmt::format("ON CONFLICT ({}) DO {}", names(table.columns.first(table.key)), action);
}

}  // namespace quarry::store
