// Options as help, man pages and completions show them.
#include "cli/line/option_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

/// Choices that take more than this are not listed behind the option, but in its description.
constexpr std::size_t longest_placeholder = 60;

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

/// What stands for a value that is not one of a list.
std::string value_name(const OptionSpec& option) {
    if (!option.value_name.empty()) return option.value_name;
    switch (option.type()) {
        case OptionSpec::Type::whole_number: return "N";
        case OptionSpec::Type::number: return "NUMBER";
        default: return "TEXT";
    }
}

OptionModel::Value value_kind(std::string_view name) {
    const auto says = [name](std::string_view word) { return name.find(word) != std::string_view::npos; };
    if (says("PROFILE")) return OptionModel::Value::profile;
    if (says("DIR") || says("FOLDER")) return OptionModel::Value::directory;
    return says("PATH") || says("FILE") ? OptionModel::Value::path : OptionModel::Value::text;
}

void read_value(const OptionSpec& option, OptionModel& model) {
    model.value = value_kind(option.value_name);
    model.choices = option.choices;
    if (option.range) model.range = fmt::format("{} to {}", option.range->least, option.range->most);
    model.placeholder = option.choices.empty() ? value_name(option) : fmt::format("{}", fmt::join(option.choices, "|"));
    if (!option.choices.empty() && model.placeholder.size() > longest_placeholder) model.placeholder = "NAME";
    model.fallback = option.fallback;
    model.repeatable = option.is_repeatable();
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

OptionModel option_model(const OptionSpec& option) {
    OptionModel model;
    model.short_names = option.short_names;
    model.long_names = option.long_names;
    model.positional = upper(option.positional);
    if (!option.is_flag) read_value(option, model);
    model.description = option.help;
    if (model.placeholder == "NAME" && !model.choices.empty()) {
        model.description += fmt::format("; one of {}", fmt::join(model.choices, ", "));
    }
    model.required = option.is_required;
    model.global = option.is_global;
    return model;
}

std::vector<OptionModel> option_models(const OptionTable& options) {
    std::vector<OptionModel> models;
    for (const OptionSpec& option : options.specs()) models.push_back(option_model(option));
    return models;
}

std::string usage_line(const std::string& path, const std::vector<OptionModel>& options, bool is_group,
                       bool runs_alone) {
    std::string line = path.empty() ? "quarry" : "quarry " + path;
    if (is_group) line += runs_alone ? " [COMMAND]" : " COMMAND";
    line += " [OPTIONS]";
    for (const OptionModel& option : options) {
        if (option.positional.empty()) continue;
        const std::string name = option.positional + (option.repeatable ? "..." : "");
        line += option.required ? " " + name : " [" + name + "]";
    }
    return line;
}

}  // namespace quarry::cli
