// Reads CLI11's options back as data for help, man pages and completions.
#include "cli/option_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/command_line.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

/// Choices that take more than this are not listed behind the option, but in its description.
constexpr std::size_t longest_placeholder = 60;

// CLI11 marks a list without a limit with this (detail::expected_max_vector_size, 1 << 29).
constexpr int kManyValues = 1 << 20;

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

/// Where the type's name ends; a colon within brackets, as in "NAME[:SIZE]", belongs to it.
std::size_t end_of_name(std::string_view type) {
    int brackets = 0;
    for (std::size_t at = 0; at < type.size(); ++at) {
        if (type[at] == '[') ++brackets;
        if (type[at] == ']') --brackets;
        if (brackets == 0 && (type[at] == ':' || type[at] == '{')) return at;
    }
    return type.size();
}

/// CLI11's "UINT:{a,b}" taken apart: the type before the colon, the choices between the braces.
void read_type(const std::string& type, OptionModel& model) {
    const std::string base = type.substr(0, end_of_name(type));
    const std::size_t open = type.find('{'), close = type.find('}');
    if (open != std::string::npos && close != std::string::npos && close > open + 1) {
        const std::string list = type.substr(open + 1, close - open - 1);
        for (const std::string_view choice : split(list, ',')) model.choices.emplace_back(trim(choice));
    }
    // CLI::Range describes itself as "INT in [1 - 100]".
    const std::size_t range = type.find(" in ["), dash = type.find(" - ", range), end = type.find(']', range);
    if (range != std::string::npos && dash != std::string::npos && end != std::string::npos) {
        model.range =
            fmt::format("{} to {}", type.substr(range + 5, dash - range - 5), type.substr(dash + 3, end - dash - 3));
    }
    const auto says = [&](std::string_view word) { return type.find(word) != std::string::npos; };
    if (says("DIR") || says("FOLDER")) {
        model.value = OptionModel::Value::directory;
    } else if (says("PATH") || says("FILE")) {
        model.value = OptionModel::Value::path;
    } else {
        model.value = OptionModel::Value::text;
    }
    if (!model.choices.empty()) {
        model.placeholder = fmt::format("{}", fmt::join(model.choices, "|"));
        if (model.placeholder.size() > longest_placeholder) model.placeholder = "NAME";
    } else if (base == "INT" || base == "UINT") {
        model.placeholder = "N";
    } else if (base == "FLOAT") {
        model.placeholder = "NUMBER";
    } else {
        model.placeholder = base.empty() ? "TEXT" : base;
    }
}

}  // namespace

std::string OptionModel::spelling() const {
    if (!positional.empty()) return positional;
    std::vector<std::string> names = short_names;
    names.insert(names.end(), long_names.begin(), long_names.end());
    std::string text = fmt::format("{}", fmt::join(names, ", "));
    if (!placeholder.empty()) text += " " + placeholder;
    return text;
}

OptionModel option_model(const CLI::Option& option) {
    OptionModel model;
    for (const std::string& name : option.get_snames()) model.short_names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) model.long_names.push_back("--" + name);
    if (!option.nonpositional()) model.positional = upper(option.get_name(true, false));
    if (option.get_items_expected_max() > 0) {
        read_type(option.get_type_name(), model);
        model.fallback = option.get_default_str();
        model.repeatable = option.get_items_expected_max() >= kManyValues;
    }
    model.description = option.get_description();
    if (model.placeholder == "NAME" && !model.choices.empty()) {
        model.description += fmt::format("; one of {}", fmt::join(model.choices, ", "));
    }
    model.required = option.get_required();
    model.global = option.get_group() == kGlobalGroup;
    return model;
}

std::vector<OptionModel> option_models(const CLI::App& app) {
    std::vector<OptionModel> models;
    for (const CLI::Option* option : app.get_options({})) {
        if (!option->get_group().empty()) models.push_back(option_model(*option));
    }
    // Groups of options (CLI11's nameless sub-commands) read as part of their command.
    for (const CLI::App* group : app.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); })) {
        for (OptionModel& model : option_models(*group)) models.push_back(std::move(model));
    }
    return models;
}

std::string usage_line(const std::string& path, const std::vector<OptionModel>& options, bool is_group) {
    std::string line = path.empty() ? "quarry" : "quarry " + path;
    if (is_group) line += " COMMAND";
    line += " [OPTIONS]";
    for (const OptionModel& option : options) {
        if (option.positional.empty()) continue;
        const std::string name = option.positional + (option.repeatable ? "..." : "");
        line += option.required ? " " + name : " [" + name + "]";
    }
    return line;
}

}  // namespace quarry::cli
