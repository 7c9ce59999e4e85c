// What users of other tools type first, and what it is here.
#include "cli/line/habits.h"

#include <algorithm>
#include <array>

namespace quarry::cli {
namespace {

struct OtherName {
    std::string_view other;
    std::string_view ours;
};

constexpr std::array other_names{
    OtherName{"list", "ls"},        OtherName{"list", "status"},    OtherName{"cat", "show"},
    OtherName{"view", "show"},      OtherName{"info", "show"},      OtherName{"delete", "rm"},
    OtherName{"remove", "rm"},      OtherName{"rollback", "down"},  OtherName{"upgrade", "up"},
    OtherName{"downgrade", "down"}, OtherName{"validate", "check"}, OtherName{"generate", "new"},
};

struct Habit {
    std::string_view command;
    std::string_view option;
    std::string_view hint;
};

constexpr std::array habits{
    Habit{"quarry search", "-i", "a search ignores case: leave it out"},
    Habit{"quarry search", "-l", "for the names of the files: --format files"},
    Habit{"quarry search", "--files", "for the names of the files: --format files"},
    Habit{"quarry search", "-t", "for documents of one type: --type"},
    Habit{"quarry search", "-g", "for files that match a pattern: --path"},
    Habit{"quarry search", "--glob", "for files that match a pattern: --path"},
    Habit{"quarry search", "-e", "write the query without an option: quarry search WORDS"},
    Habit{"quarry search", "-v", "to exclude a word: quarry search -- 'wanted -unwanted'"},
    Habit{"quarry search", "-L", "to limit the results: -n"},
    Habit{"quarry ask", "-s", "instructions for the model are in a prompt template: --template"},
    Habit{"quarry ask", "--system", "instructions for the model are in a prompt template: --template"},
    Habit{"quarry ask", "-c", "to continue a conversation: quarry chat --continue, or quarry ask --session NAME"},
    Habit{"quarry ask", "--continue",
          "to continue a conversation: quarry chat --continue, or quarry ask --session NAME"},
    Habit{"quarry ask", "--sources", "sources are printed anyway; for their words in full: --quotes"},
    Habit{"quarry chat", "-c", "to continue the last conversation: --continue"},
};

}  // namespace

std::string usual_name(std::string_view word, std::span<const std::string> names) {
    for (const auto& [other, ours] : other_names) {
        if (other == word && std::ranges::find(names, ours) != names.end()) return std::string(ours);
    }
    return {};
}

std::string_view hint_for_habit(std::string_view command, std::string_view option) {
    const auto* const found = std::ranges::find_if(
        habits, [&](const Habit& habit) { return habit.command == command && habit.option == option; });
    return found == habits.end() ? std::string_view() : found->hint;
}

}  // namespace quarry::cli
