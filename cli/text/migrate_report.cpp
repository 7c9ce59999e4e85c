// The states of migrations as a sentence and as JSON.
#include "cli/text/migrate_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

using migrate::MigrationState;
using migrate::MigrationStatus;

struct Counted {
    migrate::MigrationState state;
    std::string_view words;
};

constexpr std::array<Counted, 7> states = {{{migrate::MigrationState::applied, "applied"},
                                            {migrate::MigrationState::pending, "pending"},
                                            {migrate::MigrationState::edited, "edited after they were applied"},
                                            {migrate::MigrationState::missing, "applied and missing"},
                                            {migrate::MigrationState::out_of_order, "out of order"},
                                            {migrate::MigrationState::newer, "from a newer quarry"},
                                            {migrate::MigrationState::half_applied, "half applied"}}};

std::size_t count(std::span<const migrate::MigrationStatus> status, migrate::MigrationState state) {
    return static_cast<std::size_t>(
        std::count_if(status.begin(), status.end(), [&](const auto& one) { return one.state == state; }));
}

nlohmann::ordered_json as_json(const migrate::MigrationStatus& status) {
    nlohmann::ordered_json one = {{"version", status.version_text},
                                  {"name", status.name},
                                  {"state", migrate::state_name(status.state)},
                                  {"file", nullptr},
                                  {"applied_at", nullptr}};
    if (!status.path.empty()) one["file"] = status.path;
    if (status.entry) {
        one["applied_at"] = status.entry->applied_at;
        one["duration_ms"] = status.entry->duration_ms;
        one["checksum"] = status.entry->checksum;
        one["quarry_version"] = status.entry->quarry_version;
    }
    return one;
}

}  // namespace

std::string summary(std::span<const migrate::MigrationStatus> status) {
    if (status.empty()) return "there are no migrations";
    if (count(status, migrate::MigrationState::applied) == status.size()) {
        return status.size() == 1 ? "the one migration is applied"
                                  : fmt::format("all {} migrations are applied", status.size());
    }
    std::string text;
    for (const Counted& one : states) {
        if (const std::size_t number = count(status, one.state); number > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, one.words);
        }
    }
    return text;
}

nlohmann::ordered_json status_json(std::string_view schema, const MigrateSubject& subject,
                                   std::span<const migrate::MigrationStatus> status) {
    const auto problem = migrate::first_problem(status);
    nlohmann::ordered_json document = {{"schema", schema}, {"database", subject.name()}, {"ok", !problem}};
    if (problem) {
        document["problem"] = {{"code", error_code_name(problem->code())},
                               {"exit_code", static_cast<int>(problem->code())},
                               {"message", problem->message()},
                               {"hint", problem->hint()}};
    }
    document["migrations"] = nlohmann::ordered_json::array();
    for (const migrate::MigrationStatus& one : status) document["migrations"].push_back(as_json(one));
    return document;
}

}  // namespace quarry::cli
