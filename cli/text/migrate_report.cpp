// The states of migrations as a sentence.
#include "cli/text/migrate_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/line/hints.h"
#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

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

std::string compared_with(const app::MigrationSubject& subject, const migrate::CheckReport& report) {
    std::vector<std::string> things = {
        subject.is_knowledge_base ? "the migrations of this quarry"
                                  : fmt::format("the files in {}", strip_terminal_controls(subject.folder.string()))};
    if (report.compared_schema) things.push_back("the schema that they give");
    if (!report.compared_wanted.empty()) things.push_back(strip_terminal_controls(report.compared_wanted));
    std::string text = "compared with " + things.front();
    for (std::size_t i = 1; i < things.size(); ++i) text += (i + 1 == things.size() ? " and " : ", ") + things[i];
    return report.tried_roundtrip ? text + "; each migration was tried up, down and up again" : text;
}

void note_missing_database(const Context& context, const app::MigrationSubject& subject) {
    if (subject.exists) return;
    context.out.note(fmt::format("{} does not exist yet; this creates it: {}", subject.label(),
                                 complete_hint("quarry migrate up", context.hint_options)));
}

}  // namespace quarry::cli
