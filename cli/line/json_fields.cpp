// The fields of the documents that commands print with --json, and the choice among them.
#include "cli/line/json_fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/wire/document_schema.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

/// What the documents of a command are, where its name does not say it: "docs ls" prints quarry.docs.ls/1.
struct CommandDocuments {
    std::string_view command;
    std::string_view list;     ///< The member that lists entries; empty for none.
    std::string_view schemas;  ///< With spaces between; empty: that of the command's name.
    std::string_view lines{};  ///< Fields of lines of JSON that have no schema, with spaces between.
};
constexpr auto exceptions = std::to_array<CommandDocuments>({
    {"search", "hits", ""},
    {"ask", "", "quarry.ask/1 quarry.ask.prompt/1", "data"},
    {"batch", "", "quarry.batch/1 quarry.batch.estimate/1 quarry.batch.run/1"},
    {"chats ls", "conversations", "quarry.chats/1"},
    {"chats export", "turns", "quarry.conversation/1"},
    {"chunk", "chunks", "", "bytes"},
    {"embed", "", "quarry.embed/1 quarry.embed.plan/1 quarry.embed.train/1", "text vector"},
    {"models ls", "models", ""},
    {"docs ls", "documents", ""},
    {"trace ls", "runs", ""},
    {"trace show", "", "quarry.trace/1"},
    {"agent run", "", "quarry.agent.run/1 quarry.agent.plan/1"},
    {"agent resume", "", "quarry.agent.run/1"},
    {"agent fork", "", "quarry.agent.run/1"},
    {"agent cancel", "", "quarry.agent.run/1"},
    {"agent show", "", "quarry.agent.run/1 quarry.agent.recording/1"},
    {"agent ls", "runs", "quarry.agent.ls/1 quarry.agent.threads/1"},
    {"agent history", "steps", "quarry.agent.history/1 quarry.agent.state/1 quarry.agent.diff/1"},
    {"agent test", "tests", ""},
    {"mcp ls", "servers", ""},
    {"mcp tools", "tools", ""},
    {"mcp resources", "resources", "quarry.mcp.resources/1 quarry.mcp.resource/1"},
    {"mcp prompts", "prompts", "quarry.mcp.prompts/1 quarry.mcp.prompt/1"},
    {"collections ls", "collections", "quarry.collections/1"},
    {"users ls", "users", ""},
    {"serve", "", "quarry.serve/1 quarry.serve.check/1"},
    {"keys ls", "keys", ""},
    {"eval index", "settings", ""},
    {"migrate status", "migrations", ""},
    {"migrate history", "history", ""},
    {"migrate check", "findings", ""},
    {"migrate plan", "migrations", ""},
    {"migrate lint", "findings", "quarry.migrate.lint/1 quarry.migrate.lint.rules/1"},
    {"migrate stamp", "changes", ""},
    {"migrate repair", "migrations", ""},
    {"doctor", "checks", ""},
});

/// A part of a schema, with the whole that its references are into.
struct SchemaPart {
    const Json* whole;
    const Json* part;

    [[nodiscard]] SchemaPart at(const Json& inner) const { return SchemaPart{whole, &inner}.resolved(); }
    [[nodiscard]] const Json* find(const char* name) const {
        const auto found = part->find(name);
        return found == part->end() ? nullptr : &*found;
    }
    /// What it refers to: "#/$defs/hit".
    [[nodiscard]] SchemaPart resolved() const {
        const Json* const reference = find("$ref");
        if (reference == nullptr) return *this;
        return SchemaPart{whole, &whole->at(Json::json_pointer(reference->get<std::string>().substr(1)))}.resolved();
    }
};

constexpr std::array alternatives = {"anyOf", "oneOf", "allOf"};

/// Whether a document can have what a dotted name says. Objects that the schema does not describe have anything.
bool has_field(const SchemaPart& schema, std::string_view name) {
    if (name.empty()) return true;
    if (const Json* const items = schema.find("items")) return has_field(schema.at(*items), name);
    for (const char* const alternative : alternatives) {
        const Json* const parts = schema.find(alternative);
        if (parts == nullptr) continue;
        for (const Json& one : *parts) {
            if (one.is_object() && has_field(schema.at(one), name)) return true;
        }
    }
    const std::size_t dot = std::min(name.find('.'), name.size());
    const std::string first(name.substr(0, dot));
    const std::string_view rest = name.substr(std::min(dot + 1, name.size()));
    const Json* const properties = schema.find("properties");
    if (properties != nullptr && properties->contains(first)) return has_field(schema.at(properties->at(first)), rest);
    if (const Json* const patterns = schema.find("patternProperties")) {
        // Those of measures with a cutoff, such as ndcg@10.
        const std::string measure = first.substr(0, first.find('@'));
        for (const auto& [pattern, ignored] : patterns->items()) {
            if (measure.size() > 2 && pattern.find(measure) != std::string::npos) return true;
        }
    }
    if (schema.find("additionalProperties") != nullptr) return true;
    const Json* const type = schema.find("type");
    return properties == nullptr && (type == nullptr || *type == "object");
}

void add_names(const SchemaPart& schema, std::vector<std::string>& names) {
    const auto add_properties = [&](const SchemaPart& part) {
        const Json* const properties = part.find("properties");
        if (properties == nullptr) return;
        for (const auto& [name, ignored] : properties->items()) {
            if (std::ranges::find(names, name) == names.end() && name != "schema") names.push_back(name);
        }
    };
    if (const Json* const items = schema.find("items")) return add_names(schema.at(*items), names);
    add_properties(schema);
    for (const char* const alternative : alternatives) {
        if (const Json* const parts = schema.find(alternative)) {
            for (const Json& one : *parts) {
                if (one.is_object()) add_properties(schema.at(one));
            }
        }
    }
}

/// What there is to choose from.
class KnownFields {
public:
    explicit KnownFields(std::string_view command) : command_(command) {
        std::string usual = fmt::format("quarry.{}/1", command);
        std::ranges::replace(usual, ' ', '.');
        const auto* const exception = std::ranges::find(exceptions, command, &CommandDocuments::command);
        std::string_view names = usual;
        if (exception != exceptions.end()) {
            list_ = exception->list;
            if (!exception->schemas.empty()) names = exception->schemas;
            for (const std::string_view name : split(exception->lines, ' ')) {
                if (!name.empty()) lines_.emplace_back(name);
            }
        }
        for (const std::string_view name : split(names, ' ')) {
            if (const wire::DocumentSchema* const schema = wire::find_document_schema(name)) {
                schemas_.push_back(parse_bounded_json<Json>(schema->json));
            }
        }
        if (!schemas_.empty()) return;
        throw Error(ErrorCode::usage, fmt::format("quarry {} prints no JSON with fields", command),
                    "leave out --fields");
    }

    [[nodiscard]] const std::string& list() const { return list_; }
    [[nodiscard]] bool entries_have(std::string_view name) const {
        return !list_.empty() && std::ranges::any_of(schemas_, [&](const Json& schema) {
            return schema["properties"].contains(list_) && has_field(entries_of(schema), name);
        });
    }
    [[nodiscard]] bool document_has(std::string_view name) const {
        return std::ranges::find(lines_, name) != lines_.end() ||
               std::ranges::any_of(schemas_, [&](const Json& schema) {
                   return has_field({&schema, &schema}, name);
               });
    }
    [[nodiscard]] Error unknown(std::string_view name) const {
        std::vector<std::string> names;
        for (const Json& schema : schemas_) {
            if (schema["properties"].contains(list_)) add_names(entries_of(schema), names);
        }
        for (const Json& schema : schemas_) add_names({&schema, &schema}, names);
        names.insert(names.end(), lines_.begin(), lines_.end());
        const auto nearest = closest(name, names);
        return {ErrorCode::usage,
                name.empty() ? fmt::format("--fields names an empty field of quarry {}", command_)
                             : fmt::format("the JSON of quarry {} has no field '{}'", command_,
                                           one_line(strip_terminal_controls(name), 60)),
                fmt::format("{}it has {}", nearest ? fmt::format("did you mean {}? ", *nearest) : std::string(),
                            fmt::join(names, ", "))};
    }

private:
    [[nodiscard]] SchemaPart entries_of(const Json& schema) const {
        return SchemaPart{&schema, &schema}.at(schema["properties"][list_]);
    }

    std::string command_;
    std::string list_;
    std::vector<std::string> lines_;
    std::vector<Json> schemas_;
};

}  // namespace

FieldChoice chosen_fields(std::string_view command, std::string_view names) {
    const KnownFields known(command);
    FieldChoice choice;
    for (const std::string_view part : split(names, ',')) {
        const std::string_view field = trim(part);
        if (field.empty()) throw known.unknown(field);
        if (known.entries_have(field)) {
            choice.list = known.list();
            choice.of_entries.emplace_back(field);
        } else if (known.document_has(field)) {
            choice.of_document.emplace_back(field);
        } else {
            throw known.unknown(field);
        }
    }
    if (!choice.list.empty()) std::erase(choice.of_document, choice.list);
    return choice;
}

}  // namespace quarry::cli
