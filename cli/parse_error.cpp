// CLI11's complaints in quarry's words, with the cure.
#include "cli/parse_error.h"

#include <fmt/format.h>
#include <CLI/Error.hpp>

#include <algorithm>

#include "cli/option_model.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

std::string see_help(const std::string& command) { return fmt::format("see: {} --help", command); }

bool looks_like_option(std::string_view argument) { return argument.size() > 1 && argument.front() == '-'; }

/// The option that CLI11's message begins with ("--limit: …"), if it is one of the app's.
const CLI::Option* option_named_in(const CLI::App& app, std::string_view text) {
    for (const CLI::Option* option : app.get_options({})) {
        const std::string name = option->get_name();
        if (!name.empty() && text.starts_with(name) &&
            (text.size() == name.size() || text[name.size()] == ':' || text[name.size()] == ' ')) {
            return option;
        }
    }
    return nullptr;
}

std::string name_of(const CLI::Option& option) {
    return option.nonpositional() ? option.get_name() : option_model(option).positional;
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

Error bad_value(const CLI::Option& option, std::string_view complaint, const std::string& command) {
    const OptionModel model = option_model(option);
    std::string value = option.results().empty() ? "" : option.results().back();
    for (const std::string& result : option.results()) {
        const bool valid = std::ranges::find(model.choices, result) != model.choices.end();
        if (!model.choices.empty() ? !valid : complaint.find(result) != std::string_view::npos) value = result;
    }
    std::string hint = expected_value(model);
    if (const auto nearest = closest(value, model.choices)) hint = fmt::format("did you mean {}? {}", *nearest, hint);
    Error error(ErrorCode::usage, fmt::format("{} cannot be '{}'", name_of(option), value),
                hint.empty() ? see_help(command) : hint);
    // A check of the command's own says more than the type does; those of CLI11 repeat what the hint has.
    if (!complaint.empty() && model.choices.empty() && model.range.empty())
        return std::move(error).because(std::string(complaint));
    return error;
}

Error missing_value(const CLI::Option& option, const std::string& command) {
    const OptionModel model = option_model(option);
    const std::string expected = expected_value(model);
    return Error(ErrorCode::usage, fmt::format("{} needs a value", name_of(option)),
                 expected.empty()
                     ? fmt::format("write {} {}; {}", name_of(option), model.placeholder, see_help(command))
                     : expected);
}

Error missing_argument(const CLI::App& app, std::string_view message, const CommandTable::Entry& entry) {
    const std::string usage = usage_line(entry.info.path, option_models(app), false);
    const std::size_t end = message.rfind(" is required");
    const std::string name(message.substr(0, end));
    const CLI::Option* option = option_named_in(app, name);
    std::string hint = "usage: " + usage;
    if (!entry.info.examples.empty()) hint += fmt::format("\nfor example: {}", entry.info.examples.front().command);
    return Error(ErrorCode::usage, fmt::format("{} is missing", option == nullptr ? name : name_of(*option)), hint);
}

/// "--a requires --b" and "--a excludes --b".
Error related_options(std::string_view message, const std::string& command) {
    constexpr std::string_view requires_word = " requires ", excludes_word = " excludes ";
    if (const std::size_t at = message.find(requires_word); at != std::string_view::npos) {
        return Error(
            ErrorCode::usage,
            fmt::format("{} needs {} beside it", message.substr(0, at), message.substr(at + requires_word.size())),
            see_help(command));
    }
    const std::size_t at = message.find(excludes_word);
    if (at == std::string_view::npos) return Error(ErrorCode::usage, std::string(message), see_help(command));
    return Error(ErrorCode::usage,
                 fmt::format("{} and {} cannot be used together", message.substr(0, at),
                             message.substr(at + excludes_word.size())),
                 "leave one of them out");
}

Error unexpected_argument(const CLI::App& app, const CommandTable::Entry& entry, const std::string& argument) {
    const std::vector<OptionModel> options = option_models(app);
    const bool takes_one =
        std::ranges::any_of(options, [](const OptionModel& option) { return !option.positional.empty(); });
    return Error(ErrorCode::usage, fmt::format("unexpected argument '{}'", argument),
                 fmt::format("usage: {}{}", usage_line(entry.info.path, options, false),
                             takes_one ? "\nwords that belong together are put in quotes" : ""));
}

}  // namespace

Error unknown_option(const CLI::App& app, const std::string& command, const std::string& argument) {
    const std::string name = argument.substr(0, argument.find('='));
    std::vector<std::string> names;
    bool takes_words = false;
    for (const OptionModel& option : option_models(app)) {
        takes_words = takes_words || !option.positional.empty();
        names.insert(names.end(), option.long_names.begin(), option.long_names.end());
        names.insert(names.end(), option.short_names.begin(), option.short_names.end());
    }
    // Short options are one letter: any other letter is as near.
    const auto nearest = name.starts_with("--") ? closest(name, names) : std::nullopt;
    std::string hint = see_help(command);
    if (nearest) {
        hint = fmt::format("did you mean {}?", *nearest);
    } else if (takes_words && !name.starts_with("--")) {
        const char* const quote = argument.find(' ') == std::string::npos ? "" : "'";
        hint = fmt::format("what begins with - and is no option goes behind --: {} -- {}{}{}", command, quote, argument,
                           quote);
    }
    return Error(ErrorCode::usage, fmt::format("unknown option '{}' for {}", name, command), std::move(hint));
}

Error usage_error(CLI::App& app, const CommandTable::Entry& entry, const CLI::ParseError& error) {
    const std::string command = "quarry " + entry.info.path;
    // An option that is not known comes first: its value may have been taken for something else.
    const std::vector<std::string> remaining = app.remaining();
    for (const std::string& argument : remaining) {
        if (argument == "--") break;
        if (looks_like_option(argument)) return unknown_option(app, command, argument);
    }
    const std::string message = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !remaining.empty()) {
        const auto word = std::ranges::find_if(remaining, [](const std::string& argument) { return argument != "--"; });
        if (word != remaining.end()) return unexpected_argument(app, entry, *word);
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing_argument(app, message, entry);
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        if (const CLI::Option* option = option_named_in(app, message)) return missing_value(*option, command);
    }
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
        constexpr std::string_view lead = "Could not convert: ";
        const std::string_view rest =
            message.starts_with(lead) ? std::string_view(message).substr(lead.size()) : message;
        if (const CLI::Option* option = option_named_in(app, rest)) return bad_value(*option, "", command);
    }
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) {
        if (const CLI::Option* option = option_named_in(app, message)) {
            const std::string_view complaint = std::string_view(message).substr(option->get_name().size());
            return bad_value(*option, trim(complaint.starts_with(':') ? complaint.substr(1) : complaint), command);
        }
    }
    return related_options(message, command);
}

}  // namespace quarry::cli
