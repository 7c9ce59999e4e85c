#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace quarry::cli {

/// Where the value of an option goes. A vector takes a value from each occurrence; of any other type the last wins.
using OptionTarget = std::variant<bool*, int*, std::int64_t*, std::size_t*, double*, std::string*, std::optional<int>*,
                                  std::optional<std::int64_t>*, std::optional<std::size_t>*, std::optional<double>*,
                                  std::optional<std::string>*, std::vector<std::string>*, std::vector<std::size_t>*>;

/// Says what is wrong with a value; empty when nothing is.
using OptionCheck = std::function<std::string(const std::string& value)>;

/// Of what names something: a variable of a shell that is not set would choose the working folder, or all.
[[nodiscard]] inline std::string not_empty(const std::string& text) { return text.empty() ? "it is empty" : ""; }

/// One option or positional argument as a command declares it: what the parser, help, man pages and completions read.
struct OptionSpec {
    /// The limits of a number, both included.
    struct Range {
        double least = 0;
        double most = 0;
    };
    enum class Type { truth, whole_number, number, text };

    std::vector<std::string> short_names{};  ///< "-n"
    std::vector<std::string> long_names{};   ///< "--limit"
    std::string positional{};                ///< "query" for a positional argument, else empty.
    OptionTarget target{};                   ///< Borrowed: the variable outlives the parse.
    std::string help{};
    bool is_flag = false;      ///< Takes no value, or one with "=" only.
    std::string implied{};     ///< What a flag that is bound to text sets when it has no value.
    std::string value_name{};  ///< "PATH"; empty for that of the type.
    std::vector<std::string> choices{};
    std::optional<Range> range{};
    std::vector<OptionCheck> checks{};
    std::string fallback{};               ///< The default as help shows it; empty for none.
    std::vector<std::string> excluded{};  ///< Names of options that cannot be used together with this one.
    std::vector<std::string> needed{};    ///< Names of options that this one needs beside it.
    bool is_required = false;
    bool is_global = false;  ///< Of every command, not of this one.

    /// What messages call it: "--limit", or "query".
    [[nodiscard]] const std::string& name() const;
    /// Of the value, or of each of several.
    [[nodiscard]] Type type() const;
    [[nodiscard]] bool is_repeatable() const;
};

/// Adds to a declaration: `options.add("--limit,-n", limit_, "Most results").value("N").range(1, 100);`. Used up in the
/// statement that makes it: the next option invalidates it.
class OptionBuilder {
public:
    explicit OptionBuilder(OptionSpec& spec) : spec_(spec) {}

    /// What stands for the value in help. A name with PATH or FILE is completed as a file, one with DIR or FOLDER as a
    /// folder.
    OptionBuilder& value(std::string name);
    OptionBuilder& choices(std::vector<std::string> values);
    OptionBuilder& range(double least, double most);
    /// A check of the text, in addition to those for the type, the choices and the range.
    OptionBuilder& check(OptionCheck check);
    OptionBuilder& required();
    OptionBuilder& excludes(std::string name);
    OptionBuilder& needs(std::string name);
    /// Help says that the default is `text`.
    OptionBuilder& fallback(std::string text);
    /// Help says that the default is what the variable holds now.
    OptionBuilder& show_default();
    OptionBuilder& global();

private:
    OptionSpec& spec_;
};

/// What a command declares, in the order of its help.
class OptionTable {
public:
    /// `names` with commas between: "--limit,-n"; one without a dash is a positional argument.
    template <class T>
    OptionBuilder add(std::string_view names, T& target, std::string help) {
        return OptionBuilder(append(names, OptionTarget(&target), std::move(help)));
    }
    OptionBuilder flag(std::string_view names, bool& target, std::string help);
    /// A flag that may have a value with "=": "--redact" sets `implied`, "--redact=email" sets "email".
    OptionBuilder flag(std::string_view names, std::string& target, std::string implied, std::string help);
    /// Takes an option out that a shared set declared.
    void remove(std::string_view name);

    [[nodiscard]] const std::vector<OptionSpec>& specs() const noexcept { return specs_; }
    /// The option that has this name among its names; null when there is none. Valid until the table changes.
    [[nodiscard]] const OptionSpec* find(std::string_view name) const;

private:
    OptionSpec& append(std::string_view names, OptionTarget target, std::string help);

    std::vector<OptionSpec> specs_;
};

}  // namespace quarry::cli
