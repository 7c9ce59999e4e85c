// Merges the layers of settings, strictly: what is not understood is an error with its place.
#include "core/config/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <span>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/config/extract_commands.h"
#include "core/config/mcp_servers.h"
#include "core/config/project_trust.h"
#include "core/config/tool_settings.h"
#include "core/store/base_address.h"

namespace quarry::config {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1 << 20;

std::string prefix(std::string_view where) { return where.empty() ? "" : fmt::format("{}: ", where); }

Error usage(std::string_view where, std::string message, std::string hint = {}) {
    return Error(ErrorCode::usage, prefix(where) + std::move(message), std::move(hint));
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Error out_of_range(const ConfigKey& key, std::string_view value, std::string_view where) {
    return usage(where, fmt::format("{} = {} is out of range", key.name, value),
                 fmt::format("{} must be from {} to {}", key.name, key.minimum, key.maximum));
}

bool in_range(const ConfigKey& key, double number) {
    return std::isfinite(number) && (key.maximum <= key.minimum || (number >= key.minimum && number <= key.maximum));
}

std::string_view type_words(ConfigKey::Type type) {
    switch (type) {
        case ConfigKey::Type::text: return "text in quotes";
        case ConfigKey::Type::integer: return "a whole number";
        case ConfigKey::Type::number: return "a number";
        case ConfigKey::Type::boolean: return "true or false";
    }
    return "";
}

Error wrong_type(const ConfigKey& key, std::string_view value, std::string_view where) {
    return usage(where, fmt::format("{} cannot be {}", key.name, value),
                 fmt::format("{} is {}; the default is {}", key.name, type_words(key.type),
                             key.fallback.empty() ? "empty" : key.fallback));
}

/// What a TOML value is, in words.
std::string_view kind_words(const toml::node& node) {
    if (node.is_string()) return "text";
    if (node.is_boolean()) return "true or false";
    if (node.is_number()) return "a number";
    if (node.is_array()) return "a list";
    return node.is_table() ? "a table" : "a date or time";
}

/// The text of a TOML value if it has the key's type; the error names what was found instead.
std::string toml_text(const ConfigKey& key, const toml::node& node, std::string_view where) {
    const bool fits = (key.type == ConfigKey::Type::text && node.is_string()) ||
                      (key.type == ConfigKey::Type::integer && node.is_integer()) ||
                      (key.type == ConfigKey::Type::number && node.is_number()) ||
                      (key.type == ConfigKey::Type::boolean && node.is_boolean());
    if (!fits) {
        throw wrong_type(key, kind_words(node), where);
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    return node.as_boolean()->get() ? "true" : "false";
}

std::string resolve_path(std::string_view text, const std::filesystem::path& folder,
                         const Config::Environment& environment) {
    if (text.empty() || store::names_server_base(text)) return std::string(text);
    std::filesystem::path path(text);
    if (text == "~" || text.starts_with("~/")) {
        const auto home = environment("HOME");
        if (home && !home->empty())
            path = std::filesystem::path(*home) / text.substr(std::min<std::size_t>(2, text.size()));
    }
    return (folder / path).lexically_normal().string();
}

/// Whether settings can stand in a table of that name.
bool is_section(std::string_view name) {
    const auto begins = [&](const ConfigKey& key) {
        // "*" stands for any one part.
        const auto parts = split(key.name, '.'), given = split(name, '.');
        return given.size() < parts.size() && std::ranges::equal(given, std::span(parts).first(given.size()),
                                                                 [](std::string_view one, std::string_view part) {
                                                                     return part == "*" || part == one;
                                                                 });
    };
    return std::ranges::any_of(config_keys(), begins) || std::ranges::any_of(named_config_keys(), begins);
}

/// Calls `visit(dotted key, node)` for every value, and for an empty table of no section. Tables in tables are keys
/// with more dots, so unknown ones are reported with their whole name.
void for_each_value(const toml::table& table, const std::string& path,
                    const std::function<void(const std::string&, const toml::node&)>& visit) {
    for (const auto& [name, node] : table) {
        const std::string key = path.empty() ? std::string(name.str()) : fmt::format("{}.{}", path, name.str());
        const auto* inner = node.as_table();
        if (inner != nullptr && key.size() < 256 && (!inner->empty() || is_section(key))) {
            for_each_value(*inner, key, visit);
        } else {
            visit(key, node);
        }
    }
}

/// Names of code in agent files may have dots, and so this section has no keys of its own.
constexpr std::string_view bindings_prefix = "agent.bindings.";

std::string binding_text(const toml::node& node, std::string_view where) {
    const auto text = node.value_exact<std::string>();
    if (text && !text->empty()) return *text;
    throw usage(where, "what a name of agent.bindings stands for must be text in quotes",
                "write for instance: \"tools.check_prime\" = \"check_prime\"");
}

std::string read_settings(const std::filesystem::path& file) {
    try {
        return read_file(file, kMaxFileBytes);
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot use the configuration file {}", file.string()));
    }
}

/// toml++ calls itself for each part of a dotted name, and a name of 100,000 parts would end the stack.
constexpr std::ptrdiff_t most_dots = 1'000;

toml::table parse_settings(const std::filesystem::path& file, std::string_view content) {
    for (const std::string_view line : split(content, '\n')) {
        if (std::ranges::count(line, '.') <= most_dots) continue;
        throw Error(ErrorCode::usage, fmt::format("{}: a line has more than {} dots", file.string(), most_dots),
                    "no setting has a name that long");
    }
    try {
        return toml::parse(content, file.string());
    } catch (const toml::parse_error& error) {
        throw Error(ErrorCode::usage, fmt::format("{}:{}: not valid TOML", file.string(), error.source().begin.line),
                    "the file holds lines such as chunk.size = 1800 or sections such as [chunk]; put text in quotes")
            .because(std::string(error.description()));
    }
}

/// Whether a setting's name is meant by a key in which "*" stands for any one part.
bool is_called(std::string_view key, std::string_view name) {
    const std::size_t star = key.find('*');
    const std::string_view before = key.substr(0, star), after = key.substr(star + 1);
    if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after))
        return false;
    const std::string_view chosen = name.substr(before.size(), name.size() - before.size() - after.size());
    return chosen.find('.') == std::string_view::npos;
}

/// The settings of named sections, for the section that a name is of: "models.fast.model" for "models.fast.modle".
std::vector<std::string> names_beside(std::string_view name) {
    std::vector<std::string> names;
    for (const ConfigKey& key : named_config_keys()) {
        const std::size_t star = key.name.find('*');
        if (!fmt::format("{}.", name).starts_with(key.name.substr(0, star))) continue;
        const std::string_view chosen = name.size() < star ? "NAME" : name.substr(star, name.find('.', star) - star);
        names.push_back(fmt::format("{}{}{}", key.name.substr(0, star), chosen, key.name.substr(star + 1)));
    }
    return names;
}

/// Whether the environment has a value for a setting, which then wins.
bool is_set_by(const Config::Environment& environment, std::string_view name) {
    const auto text = environment(config_variable(name));
    return text && !text->empty() && std::ranges::find(config_keys(), name, &ConfigKey::name) != config_keys().end();
}

/// What a price of a project's would do to a limit of cost that is the user's.
std::optional<GuardedSetting> guarded_price(const std::string& name, const std::string& text) {
    const bool is_model = name.starts_with("chat.") || name.starts_with("models.");
    if (!is_model || !(name.ends_with(".price_input") || name.ends_with(".price_output"))) return std::nullopt;
    return GuardedSetting{name, fmt::format("{} = {}", name, text), "your cost limit is computed with it", {}, false,
                          false};
}

/// Takes out the user's models that a project's file has by the same names: the two are not mixed.
Config::Values take_profiles(Config::Values& values, const toml::table& table) {
    Config::Values taken;
    const toml::table* const profiles = table["models"].as_table();
    if (profiles == nullptr) return taken;
    for (const auto& [name, node] : *profiles) {
        const std::string prefix = fmt::format("models.{}.", name.str());
        for (auto at = values.lower_bound(prefix); at != values.end() && at->first.starts_with(prefix);) {
            taken.insert(values.extract(at++));
        }
    }
    return taken;
}

/// A model of the project's that has the name of one of the user's own: refused where it is chosen.
std::optional<GuardedSetting> guarded_profile(const std::string& name, const std::string& text,
                                              const Config::Values& replaced) {
    const std::string section = name.substr(0, name.rfind('.') + 1);
    const auto own = replaced.lower_bound(section);
    if (own == replaced.end() || !own->first.starts_with(section)) return std::nullopt;
    return GuardedSetting{
        name, fmt::format("{} = \"{}\"", name, text), "it replaces your own model of that name", {}, true, false};
}

}  // namespace

const ConfigKey& config_key(std::string_view name, std::string_view where) {
    const auto keys = config_keys();
    const auto found = std::ranges::find(keys, name, &ConfigKey::name);
    if (found != keys.end()) return *found;
    if (name.starts_with(fmt::format("migrate.databases.{}.", own_database))) {
        throw usage(where,
                    fmt::format("a database may not be called {0}: --database {0} is quarry's own knowledge base",
                                own_database),
                    "give the section another name");
    }
    for (const ConfigKey& key : named_config_keys()) {
        if (is_called(key.name, name)) return key;
    }
    if (looks_like_secret(name)) {
        throw usage(where, fmt::format("keys and passwords are not kept in the configuration ({})", name),
                    name.starts_with("models.")
                        ? fmt::format("put the key in an environment variable and its name in {}.api_key_env",
                                      name.substr(0, name.rfind('.')))
                        : "put the key in an environment variable and its name in chat.api_key_env or "
                          "embed.api_key_env");
    }
    std::vector<std::string> names = names_beside(name);
    for (const ConfigKey& key : keys) names.push_back(key.name);
    for (const std::string& known : names) {
        if (!known.starts_with(fmt::format("{}.", name))) continue;
        throw usage(where, fmt::format("{} is a section of settings, not a setting", name),
                    fmt::format("one of its settings is {}", known));
    }
    for (const ConfigKey& key : keys) {
        names.push_back(key.name.substr(0, key.name.find('.')));
    }
    const auto nearest = closest(name, names);
    throw usage(where, fmt::format("unknown setting {}", name),
                nearest ? fmt::format("did you mean {}?", *nearest) : "quarry config show lists every setting");
}

std::string check_config_value(const ConfigKey& key, std::string_view value, std::string_view where) {
    const std::string quoted = fmt::format("\"{}\"", value);
    if (key.name == "base") store::check_base_scheme(value);
    switch (key.type) {
        case ConfigKey::Type::text: {
            if (key.choices.empty() || key.open || std::ranges::find(key.choices, value) != key.choices.end()) break;
            const auto nearest = closest(value, key.choices);
            throw usage(where, fmt::format("{} cannot be {}", key.name, quoted),
                        nearest
                            ? fmt::format("did you mean {}? It is one of {}", *nearest, fmt::join(key.choices, ", "))
                            : fmt::format("it is one of {}", fmt::join(key.choices, ", ")));
        }
        case ConfigKey::Type::integer: {
            const auto number = parse_number<std::int64_t>(value);
            if (!number) throw wrong_type(key, quoted, where);
            if (!in_range(key, static_cast<double>(*number))) throw out_of_range(key, value, where);
            return std::to_string(*number);
        }
        case ConfigKey::Type::number: {
            const auto number = parse_number<double>(value);
            if (!number) throw wrong_type(key, quoted, where);
            if (!in_range(key, *number)) throw out_of_range(key, value, where);
            break;
        }
        case ConfigKey::Type::boolean:
            if (value != "true" && value != "false") throw wrong_type(key, quoted, where);
            break;
    }
    return std::string(value);
}

std::string config_variable(std::string_view key) {
    std::string name = "QUARRY_";
    for (const char c : key) {
        name += c == '.' ? '_' : (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

Config Config::defaults() {
    Config config;
    for (const ConfigKey& key : config_keys()) config.values_[key.name] = {key.fallback, "default"};
    return config;
}

std::vector<std::string> Config::sections_with_key(const Environment& environment) const {
    std::vector<std::string> sections;
    for (const std::string section : {"chat", "embed", "rerank"}) {
        for (const char* const key : {".api_key_env", ".api_key_file", ".headers"}) {
            const auto set = values_.find(section + key);
            const bool in_file = set != values_.end() && set->second.origin != "default";
            if (in_file || is_set_by(environment, section + key)) sections.push_back(section);
        }
    }
    return sections;
}

std::optional<GuardedSetting> Config::guarded_provider(const std::string& name, const std::string& text,
                                                       const std::vector<std::string>& with_key) const {
    const std::string section = name.substr(0, name.find('.'));
    const bool chooses = name.ends_with(".provider") || (name == "chat.model" && text.find(':') != std::string::npos);
    if (!chooses || std::ranges::find(with_key, section) == with_key.end()) return std::nullopt;
    if (values_.at(name).text == text) return std::nullopt;
    return GuardedSetting{
        name, fmt::format("{} = \"{}\"", name, text), "the key that you named goes to that server", {}, true, false};
}

void Config::apply_file(const std::filesystem::path& file, std::string_view content, bool is_project,
                        const Environment& environment) {
    const toml::table table = parse_settings(file, content);
    const auto guard = [&](std::optional<GuardedSetting> setting, std::string where) {
        if (!setting) return;
        setting->where = std::move(where);
        guarded_.push_back(std::move(*setting));
    };
    const auto set_by_environment = [&](std::string_view name) { return is_set_by(environment, name); };
    // As the user has it: a project does not trust itself.
    const std::string trusted = set_by_environment("extract.trusted") ? *environment(config_variable("extract.trusted"))
                                                                      : this->text("extract.trusted");
    const std::vector<std::string> with_key = sections_with_key(environment);
    const Values replaced = is_project ? take_profiles(values_, table) : Values{};
    const bool has_limit = value("chat.max_cost").origin != "default" || set_by_environment("chat.max_cost");
    if (const toml::node* const servers = table.at_path("mcp.servers").node(); servers != nullptr) {
        for (ConfiguredMcpServer& server : read_mcp_servers(*servers, file, is_project)) {
            if (is_project) guarded_.push_back(guarded_server(server));
            mcp_servers_.push_back(std::move(server));
        }
    }
    for_each_value(table, "", [&](const std::string& name, const toml::node& node) {
        if (name == "mcp.servers" || name.starts_with("mcp.servers.")) return;
        const std::string where = fmt::format("{}:{}", file.string(), node.source().begin.line);
        if (name == "extract.command" || name == "tool") {
            if (is_project) guard(guarded_commands(name, node, trusted, file), where);
            if (name == "tool") {
                const auto tools = read_tools(node, file);
                tools_.insert(tools_.begin(), tools.begin(), tools.end());
                return;
            }
            const auto commands = read_extract_commands(node, file);
            extract_commands_.insert(extract_commands_.begin(), commands.begin(), commands.end());
            return;
        }
        if (name.starts_with(bindings_prefix)) {
            agent_bindings_[name.substr(bindings_prefix.size())] = binding_text(node, where);
            return;
        }
        const ConfigKey& key = config_key(name, where);
        std::string text = check_config_value(key, toml_text(key, node, where), where);
        if (key.path) text = resolve_path(text, file.parent_path(), environment);
        if (is_project) {
            const Values& lower = replaced.contains(name) ? replaced : values_;
            const auto there = lower.find(name);
            const Value below = there == lower.end() ? Value{} : there->second;
            auto guarded = guarded_setting(key, name, text, below, file.parent_path());
            if (!guarded) guarded = guarded_provider(name, text, with_key);
            if (!guarded) guarded = guarded_profile(name, text, replaced);
            if (!guarded && has_limit) guarded = guarded_price(name, text);
            if (guarded && set_by_environment(name)) guarded->covered = true;
            guard(std::move(guarded), where);
        }
        values_[name] = {std::move(text), where, is_project};
    });
}

void Config::apply_environment(const std::filesystem::path& working_folder, const Environment& environment) {
    for (const ConfigKey& key : config_keys()) {
        const std::string variable = config_variable(key.name);
        const auto text = environment(variable);
        if (!text || text->empty()) continue;
        std::string checked = check_config_value(key, *text, "environment " + variable);
        if (key.path) checked = resolve_path(checked, working_folder, environment);
        values_[key.name] = {std::move(checked), "environment " + variable};
    }
}

Config Config::load_user(const Environment& environment) {
    Config config = defaults();
    if (const auto file = user_config_file(environment); file && std::filesystem::exists(*file)) {
        config.apply_file(*file, read_settings(*file), false, environment);
    }
    return config;
}

Config Config::examine(const std::filesystem::path& working_folder, const Environment& environment) {
    Config config = load_user(environment);
    if (const auto file = find_project_file(working_folder)) {
        config.project_folder_ = file->parent_path();
        const std::string content = read_settings(*file);
        config.apply_file(*file, content, true, environment);
        config.project_hash_ = sha256(content);
        config.trusted_ = !config.guarded_.empty() && TrustedProjects(environment).holds(*file, config.project_hash_);
    }
    config.apply_environment(working_folder, environment);
    return config;
}

Config Config::load(const std::filesystem::path& working_folder, const Environment& environment) {
    Config config = examine(working_folder, environment);
    config.refuse_untrusted();
    return config;
}

void Config::refuse_untrusted() const {
    if (trusted_) return;
    const auto refused = std::ranges::find_if(guarded_, [&](const GuardedSetting& setting) {
        const Value* const value = find(setting.key);  // null for commands
        return !setting.at_use && !setting.covered && (value == nullptr || value->from_project);
    });
    if (refused != guarded_.end()) throw untrusted(*refused, guarded_.size());
}

void Config::require_trusted(std::string_view key) const {
    const Value* const setting = find(key);
    if (trusted_ || setting == nullptr || !setting->from_project) return;
    const std::string_view name = setting->key.empty() ? key : setting->key;
    const auto guarded = std::ranges::find(guarded_, name, &GuardedSetting::key);
    if (guarded != guarded_.end() && !guarded->covered) throw untrusted(*guarded, guarded_.size());
}

void Config::set_flag(std::string_view key, std::string_view value, std::string_view flag) {
    const std::string origin = fmt::format("flag {}", flag);
    const ConfigKey& known = config_key(key, flag);
    chosen_.erase(std::string(key));
    values_[std::string(key)] = {check_config_value(known, value, flag), origin};
}

const Config::Value& Config::value(std::string_view key) const {
    if (const Value* const found = find(key)) return *found;
    throw Error(ErrorCode::failed, fmt::format("there is no setting named {}", key));
}

const Config::Value* Config::find(std::string_view key) const {
    const auto chosen = chosen_.find(key);
    if (chosen != chosen_.end()) return &chosen->second;
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
}

std::vector<std::string> Config::named_settings() const {
    std::vector<std::string> names;
    for (const auto& [key, value] : values_) {
        if (std::ranges::find(config_keys(), key, &ConfigKey::name) == config_keys().end()) names.push_back(key);
    }
    return names;
}

std::vector<std::string> Config::names_in(std::string_view section) const {
    std::vector<std::string> names;
    const std::string prefix = fmt::format("{}.", section);
    for (const auto& [key, value] : values_) {
        if (!key.starts_with(prefix)) continue;
        std::string one = key.substr(prefix.size(), key.find('.', prefix.size()) - prefix.size());
        if (names.empty() || names.back() != one) names.push_back(std::move(one));
    }
    return names;
}

void Config::require_named(std::string_view section, std::string_view name) const {
    const std::vector<std::string> names = names_in(section);
    if (std::ranges::find(names, name) != names.end()) return;
    const auto nearest = closest(name, names);
    throw Error(ErrorCode::usage, fmt::format("there is no section [{}.{}] in the settings", section, name),
                nearest         ? fmt::format("did you mean {}?", *nearest)
                : names.empty() ? fmt::format("write it into quarry.toml: [{}.{}], with dir and url", section, name)
                                : fmt::format("there are: {}", fmt::join(names, ", ")));
}

std::int64_t Config::integer(std::string_view key) const { return parse_number<std::int64_t>(text(key)).value_or(0); }

double Config::number(std::string_view key) const { return parse_number<double>(text(key)).value_or(0); }

bool Config::boolean(std::string_view key) const { return text(key) == "true"; }

}  // namespace quarry::config
