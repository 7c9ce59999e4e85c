// Options as data.
#include "cli/line/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

/// What a variable holds: the T of T, std::optional<T> and std::vector<T>.
template <class T>
struct Held {
    using type = T;
};
template <class T>
struct Held<std::optional<T>> {
    using type = T;
};
template <class T>
struct Held<std::vector<T>> {
    using type = T;
};

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

bool has_name(const OptionSpec& spec, std::string_view name) {
    const auto is_in = [name](const std::vector<std::string>& names) {
        return std::ranges::find(names, name) != names.end();
    };
    return is_in(spec.long_names) || is_in(spec.short_names) || (!spec.positional.empty() && spec.positional == name);
}

}  // namespace

const std::string& OptionSpec::name() const {
    return !long_names.empty() ? long_names.front() : !short_names.empty() ? short_names.front() : positional;
}

OptionSpec::Type OptionSpec::type() const {
    return std::visit(
        []<class T>(T*) {
            using Value = typename Held<T>::type;
            if constexpr (std::is_same_v<Value, bool>) return Type::truth;
            if constexpr (std::is_integral_v<Value>) return Type::whole_number;
            if constexpr (std::is_floating_point_v<Value>) return Type::number;
            return Type::text;
        },
        target);
}

bool OptionSpec::is_repeatable() const {
    return std::visit([]<class T>(T*) { return is_vector<T>; }, target);
}

OptionBuilder& OptionBuilder::value(std::string name) {
    spec_.value_name = std::move(name);
    return *this;
}

OptionBuilder& OptionBuilder::choices(std::vector<std::string> values) {
    spec_.choices = std::move(values);
    return *this;
}

OptionBuilder& OptionBuilder::range(double least, double most) {
    spec_.range = OptionSpec::Range{least, most};
    return *this;
}

OptionBuilder& OptionBuilder::check(OptionCheck check) {
    spec_.checks.push_back(std::move(check));
    return *this;
}

OptionBuilder& OptionBuilder::required() {
    spec_.is_required = true;
    return *this;
}

OptionBuilder& OptionBuilder::excludes(std::string name) {
    spec_.excluded.push_back(std::move(name));
    return *this;
}

OptionBuilder& OptionBuilder::needs(std::string name) {
    spec_.needed.push_back(std::move(name));
    return *this;
}

OptionBuilder& OptionBuilder::fallback(std::string text) {
    spec_.fallback = std::move(text);
    return *this;
}

OptionBuilder& OptionBuilder::show_default() {
    std::visit(
        [this]<class T>(const T* value) {
            if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
                spec_.fallback = fmt::format("{}", *value);
            }
        },
        spec_.target);
    return *this;
}

OptionBuilder& OptionBuilder::global() {
    spec_.is_global = true;
    return *this;
}

OptionSpec& OptionTable::append(std::string_view names, OptionTarget target, std::string help) {
    OptionSpec& spec = specs_.emplace_back();
    for (const std::string_view name : split(names, ',')) {
        if (name.starts_with("--")) {
            spec.long_names.emplace_back(name);
        } else if (name.starts_with('-')) {
            spec.short_names.emplace_back(name);
        } else {
            spec.positional = name;
        }
    }
    spec.target = target;
    spec.help = std::move(help);
    return spec;
}

OptionBuilder OptionTable::flag(std::string_view names, bool& target, std::string help) {
    OptionSpec& spec = append(names, &target, std::move(help));
    spec.is_flag = true;
    return OptionBuilder(spec);
}

OptionBuilder OptionTable::flag(std::string_view names, std::string& target, std::string implied, std::string help) {
    OptionSpec& spec = append(names, &target, std::move(help));
    spec.is_flag = true;
    spec.implied = std::move(implied);
    return OptionBuilder(spec);
}

void OptionTable::remove(std::string_view name) {
    std::erase_if(specs_, [name](const OptionSpec& spec) { return has_name(spec, name); });
}

const OptionSpec* OptionTable::find(std::string_view name) const {
    const auto found = std::ranges::find_if(specs_, [name](const OptionSpec& spec) { return has_name(spec, name); });
    return found == specs_.end() ? nullptr : &*found;
}

}  // namespace quarry::cli
