// Mistakes on the command line in words, with the cure.
#include "cli/line/parse_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/line/habits.h"
#include "cli/line/option_model.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

std::string see_help(const std::string& command) { return fmt::format("see: {} --help", command); }

std::string name_of(const OptionSpec& option) {
    return option.positional.empty() ? option.name() : option_model(option).positional;
}

/// "choose one of a, b", "a whole number", …: what the option takes.
std::string expected_value(const OptionModel& model) {
    if (!model.choices.empty()) return fmt::format("it is one of {}", fmt::join(model.choices, ", "));
    std::string text = model.placeholder == "N"        ? "it takes a whole number"
                       : model.placeholder == "NUMBER" ? "it takes a number"
                                                       : "";
    if (!model.range.empty()) text += fmt::format("{} from {}", text.empty() ? "it takes a value" : "", model.range);
    return text;
}

/// What people of other tools want of an option of this name, in a line below the hint; else empty.
std::string other_meaning(const OptionSpec& option, const std::string& command) {
    const std::string_view habit = hint_for_habit(command, option.name());
    return habit.empty() ? std::string() : fmt::format("\n{}", habit);
}

Error bad_value(const OptionSpec& option, const ParseFault& fault, const std::string& command) {
    const OptionModel model = option_model(option);
    std::string hint = expected_value(model);
    if (const auto nearest = closest(fault.word, model.choices)) {
        hint = fmt::format("did you mean {}? {}", *nearest, hint);
    }
    if (fault.word.find_first_of("0123456789") == std::string::npos) hint += other_meaning(option, command);
    Error error(ErrorCode::usage, fmt::format("{} cannot be '{}'", name_of(option), fault.word),
                hint.empty() ? see_help(command) : hint);
    // A check of the command's own says more than the type does; for choices and ranges the hint says it.
    if (fault.reason.empty() || !model.choices.empty() || !model.range.empty()) return error;
    return std::move(error).because(fault.reason);
}

Error missing_value(const OptionSpec& option, const std::string& command) {
    const OptionModel model = option_model(option);
    std::string expected = expected_value(model);
    if (!expected.empty()) expected += other_meaning(option, command);
    return Error(ErrorCode::usage, fmt::format("{} needs a value", name_of(option)),
                 expected.empty()
                     ? fmt::format("write {} {}; {}", name_of(option), model.placeholder, see_help(command))
                     : expected);
}

Error missing_argument(const OptionTable& options, const CommandTable::Entry& entry, const ParseFault& fault) {
    std::string hint = "usage: " + usage_line(entry.info.path, option_models(options), false);
    if (!entry.info.examples.empty()) hint += fmt::format("\nfor example: {}", entry.info.examples.front().command);
    return Error(ErrorCode::usage,
                 fmt::format("{} is missing", fault.option == nullptr ? fault.word : name_of(*fault.option)), hint);
}

Error unexpected_argument(const OptionTable& table, const CommandTable::Entry& entry, const std::string& argument) {
    const std::vector<OptionModel> options = option_models(table);
    const bool takes_one =
        std::ranges::any_of(options, [](const OptionModel& option) { return !option.positional.empty(); });
    return Error(ErrorCode::usage, fmt::format("unexpected argument '{}'", argument),
                 fmt::format("usage: {}{}", usage_line(entry.info.path, options, false),
                             takes_one ? "\nput words that belong together in quotes" : ""));
}

}  // namespace

Error unknown_option(const OptionTable& options, const std::string& command, const std::string& argument) {
    const std::string name = argument.substr(0, argument.find('='));
    std::vector<std::string> names;
    bool takes_words = false;
    for (const OptionModel& option : option_models(options)) {
        takes_words = takes_words || !option.positional.empty();
        names.insert(names.end(), option.long_names.begin(), option.long_names.end());
        names.insert(names.end(), option.short_names.begin(), option.short_names.end());
    }
    // Short options are one letter: any other letter is as near.
    const auto nearest = name.starts_with("--") ? closest(name, names) : std::nullopt;
    std::string hint = see_help(command);
    if (const std::string_view habit = hint_for_habit(command, name); !habit.empty()) {
        hint = habit;
    } else if (nearest) {
        hint = fmt::format("did you mean {}?", *nearest);
    } else if (takes_words && !name.starts_with("--")) {
        const char* const quote = argument.find(' ') == std::string::npos ? "" : "'";
        hint = fmt::format("text that begins with - goes after --: {} -- {}{}{}", command, quote, argument, quote);
    }
    return Error(ErrorCode::usage, fmt::format("unknown option '{}' for {}", name, command), std::move(hint));
}

Error usage_error(const OptionTable& options, const CommandTable::Entry& entry, const ParseFault& fault) {
    using Kind = ParseFault::Kind;
    const std::string command = "quarry " + entry.info.path;
    switch (fault.kind) {
        case Kind::unknown_option: return unknown_option(options, command, fault.word);
        case Kind::unexpected_argument: return unexpected_argument(options, entry, fault.word);
        case Kind::missing_argument: return missing_argument(options, entry, fault);
        case Kind::missing_value: return missing_value(*fault.option, command);
        case Kind::bad_value: return bad_value(*fault.option, fault, command);
        case Kind::needs:
            return Error(ErrorCode::usage, fmt::format("{} needs {} too", fault.word, fault.other), see_help(command));
        case Kind::excludes:
            return Error(ErrorCode::usage, fmt::format("{} and {} cannot be used together", fault.word, fault.other),
                         "use only one of them");
        case Kind::other: break;
    }
    return Error(ErrorCode::usage, fault.reason, see_help(command));
}

}  // namespace quarry::cli
