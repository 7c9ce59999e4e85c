#include "core/sql/outside_effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/text.h"
#include "core/sql/lexemes.h"
#include "core/sql/outside_names.h"
#include "core/sql/plpgsql.h"
#include "core/sql/postgresql_parser.h"
#include "core/sql/splitter.h"

namespace quarry::sql {
namespace {

using nlohmann::json;
using Kind = OutsideKind;

constexpr std::size_t deepest_code = 8;  ///< Code within code: DO in EXECUTE in a function.

/// Where a text stands in the statement. Text that was written with escapes stands at its literal's place as a whole.
struct Origin {
    std::size_t start = 0;
    bool exact = true;
    std::size_t prefix = 0;  ///< Bytes that were put before it.

    [[nodiscard]] std::size_t at(std::size_t offset) const noexcept {
        return exact && offset >= prefix ? start + offset - prefix : start;
    }
};

std::string text_of(const json& object, const char* field) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& field_of(const json& object, const char* field) {
    static const json none;
    const auto found = object.is_object() ? object.find(field) : object.end();
    return object.is_object() && found != object.end() ? *found : none;
}

/// The names of a list of strings: "pg_catalog", "lo_import".
std::vector<std::string> names_in(const json& list) {
    std::vector<std::string> names;
    if (!list.is_array()) return names;
    for (const json& one : list) names.push_back(text_of(field_of(one, "String"), "sval"));
    return names;
}

/// The value of a string that is written as it is, with or without a cast.
std::optional<std::string> constant_of(const json& node) {
    const json& cast = field_of(node, "TypeCast");
    const json& value = field_of(cast.is_object() ? field_of(cast, "arg") : node, "A_Const");
    const json& string = field_of(value, "sval");
    if (!string.is_object()) return std::nullopt;
    return text_of(string, "sval");
}

/// `format` with its arguments as names and values of no meaning: 'DROP ROLE %I' is DROP ROLE x.
std::string filled(std::string_view format) {
    std::string result;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            result += format[i];
            continue;
        }
        const std::size_t type = format.find_first_of("sIL%", i + 1);
        if (type == std::string_view::npos) break;
        result += format[type] == '%' ? "%" : format[type] == 'L' ? "'x'" : "x";
        i = type;
    }
    return result;
}

/// The SQL that an expression makes, with names of no meaning for what is not constant.
std::string outline(const json& node, std::size_t depth = 0) {
    constexpr std::size_t deepest_outline = 200;
    if (depth > deepest_outline) return "x";
    if (const auto constant = constant_of(node)) return *constant;
    if (const json& operation = field_of(node, "A_Expr"); operation.is_object()) {
        if (names_in(field_of(operation, "name")) != std::vector<std::string>{"||"}) return "x";
        return outline(field_of(operation, "lexpr"), depth + 1) + outline(field_of(operation, "rexpr"), depth + 1);
    }
    const json& call = field_of(node, "FuncCall");
    const auto name = names_in(field_of(call, "funcname"));
    const json& arguments = field_of(call, "args");
    if (name.empty() || name.back() != "format" || !arguments.is_array() || arguments.empty()) return "x";
    const auto format = constant_of(arguments.front());
    return format ? filled(*format) : "x";
}

/// Walks the parse trees of a statement and of the code in it.
class Finder {
public:
    explicit Finder(std::string_view statement) : statement_(statement) {}

    OutsideEffects find() {
        read_sql(std::string(statement_), {}, 0);
        return std::move(found_);
    }

private:
    struct Item {
        const json* value;
        std::string_view name;  ///< Of the node, or of the field that it stands in.
        std::size_t offset;
    };

    void add(Kind kind, std::size_t offset, std::string description) {
        const bool known = std::any_of(found_.effects.begin(), found_.effects.end(), [&](const OutsideEffect& one) {
            return one.offset == offset && one.description == description;
        });
        constexpr std::size_t most_effects = 1000;
        if (!known && found_.effects.size() < most_effects) {
            found_.effects.push_back({kind, offset, std::move(description)});
        }
    }

    void add_dynamic(std::size_t offset, std::string_view reason) {
        if (found_.dynamic) return;
        found_.dynamic = true;
        found_.dynamic_offset = offset;
        found_.dynamic_reason = reason;
    }

    void read_sql(const std::string& text, Origin origin, std::size_t depth) {
        if (depth > deepest_code) return add_dynamic(origin.start, "code nested too deep");
        if (text.size() > longest_parsed_text) return read_long(text, origin);
        const json tree = parse_postgresql(text);
        const json& statements = field_of(tree, "stmts");
        if (!tree.is_object()) return add_dynamic(origin.start, "SQL that the parser of PostgreSQL 15 does not know");
        if (!statements.is_array()) return;
        for (const json& one : statements) {
            const json& location = field_of(one, "stmt_location");
            const auto from = location.is_number_unsigned() ? location.get<std::size_t>() : std::size_t{0};
            walk(field_of(one, "stmt"), first_word(text, from), text, origin, depth);
        }
    }

    static std::size_t first_word(std::string_view text, std::size_t from) {
        Lexer lexer(Dialect::postgresql, text, from);
        while (const auto token = lexer.next()) {
            if (!is_filler(token->kind)) return token->start;
        }
        return from;
    }

    /// What is too long for a tree: rows of data are read by their words, all else may do anything.
    void read_long(std::string_view text, Origin origin) {
        const std::vector<Lexeme> words = lexemes(Dialect::postgresql, text);
        const bool data = !words.empty() && (words.front().is("insert") || words.front().is("values"));
        if (!data) return add_dynamic(origin.start, "a statement too long to be read");
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            const Lexeme& word = words[i];
            if (!word.is_name()) continue;
            const bool escaped = word.kind == TokenKind::quoted_name && !word.text.starts_with('"');
            if (escaped) return add_dynamic(origin.at(word.start), "a statement too long to be read");
            const std::string name = name_of(Dialect::postgresql, word);
            if (words[i + 1].is("(")) read_call(name, {}, origin.at(word.start), nullptr, 0);
            if (is_shared_catalogue(name)) add(Kind::catalogue, origin.at(word.start), "a write to " + name);
        }
    }

    void walk(const json& root, std::size_t start, std::string_view text, Origin origin, std::size_t depth) {
        std::vector<Item> stack{{&root, {}, origin.at(start)}};
        while (!stack.empty()) {
            Item item = stack.back();
            stack.pop_back();
            if (item.value->is_array()) {
                for (const json& one : *item.value) stack.push_back({&one, item.name, item.offset});
            }
            if (!item.value->is_object()) continue;
            const json& location = field_of(*item.value, "location");
            if (location.is_number_unsigned()) item.offset = origin.at(location.get<std::size_t>());
            read_node(item, text, origin, depth);
            for (const auto& [name, value] : item.value->items()) {
                if (value.is_structured()) stack.push_back({&value, name, item.offset});
            }
        }
    }

    void read_node(const Item& item, std::string_view text, Origin origin, std::size_t depth) {
        const json& node = *item.value;
        if (const OutsideStatement* known = outside_statement(item.name)) {
            add(known->kind, item.offset, std::string(known->description));
        }
        read_shared_object(item);
        read_session(item);
        read_write(item);
        if (item.name == "DoStmt") read_code(field_of(node, "args"), item.offset, text, origin, depth);
        if (item.name == "CreateFunctionStmt") {
            if (field_of(node, "sql_body").is_null()) {
                read_code(field_of(node, "options"), item.offset, text, origin, depth);
            }
        } else if (const auto names = names_in(field_of(node, "funcname")); !names.empty()) {
            const std::string schema = names.size() > 1 ? names[names.size() - 2] : std::string();
            read_call(names.back(), schema, item.offset, &field_of(node, "args"), depth);
        }
        if (item.name == "CreatePLangStmt") add_dynamic(item.offset, "CREATE LANGUAGE");
        if (item.name == "func" || item.name == "name" || item.name == "fromsql" || item.name == "tosql") {
            read_used_function(field_of(node, "objname"), item.offset);
        }
        if (item.name == "DefElem") {
            read_used_function(field_of(field_of(field_of(node, "arg"), "TypeName"), "names"), item.offset);
        }
    }

    /// A function that a cast, an operator or an aggregate is made of.
    void read_used_function(const json& list, std::size_t offset) {
        const auto names = names_in(list);
        if (!names.empty()) read_call(names.back(), {}, offset, nullptr, 0);
    }

    void read_shared_object(const Item& item) {
        struct Typed {
            std::string_view node;
            const char* field;
            std::string_view verb;
        };
        static constexpr std::array<Typed, 5> typed = {{{"RenameStmt", "renameType", "ALTER {} ... RENAME"},
                                                        {"AlterOwnerStmt", "objectType", "ALTER {} ... OWNER"},
                                                        {"CommentStmt", "objtype", "COMMENT ON {}"},
                                                        {"SecLabelStmt", "objtype", "SECURITY LABEL ON {}"},
                                                        {"GrantStmt", "objtype", "GRANT ON {}"}}};
        if (item.name == "GrantRoleStmt") {
            const bool granted = field_of(*item.value, "is_grant") == json(true);
            return add(Kind::role, item.offset, granted ? "GRANT of a role" : "REVOKE of a role");
        }
        for (const Typed& one : typed) {
            if (item.name != one.node) continue;
            const std::string type = text_of(*item.value, one.field);
            const auto kind = shared_object(type);
            if (!kind) return;
            std::string object = type.substr(type.find('_') + 1);
            if (object == "LARGEOBJECT") object = "LARGE OBJECT";
            if (object == "PARAMETER_ACL") object = "PARAMETER";
            std::string description(one.verb);
            description.replace(description.find("{}"), 2, object);
            if (one.node == "GrantStmt" && field_of(*item.value, "is_grant") != json(true)) {
                description.replace(0, 5, "REVOKE");
            }
            add(*kind, item.offset, std::move(description));
        }
    }

    void read_session(const Item& item) {
        const json& node = *item.value;
        if (item.name == "VariableSetStmt") {
            read_setting(ascii_lower(text_of(node, "name")), item.offset);
        } else if (item.name == "DiscardStmt" && text_of(node, "target") == "DISCARD_ALL") {
            add(Kind::session_role, item.offset, "DISCARD ALL");
        } else if (item.name == "TransactionStmt") {
            const std::string kind = text_of(node, "kind");
            if (kind == "TRANS_STMT_PREPARE") add(Kind::transaction, item.offset, "PREPARE TRANSACTION");
            if (kind == "TRANS_STMT_COMMIT_PREPARED") add(Kind::transaction, item.offset, "COMMIT PREPARED");
            if (kind == "TRANS_STMT_ROLLBACK_PREPARED") add(Kind::transaction, item.offset, "ROLLBACK PREPARED");
        } else if (item.name == "CopyStmt" && !text_of(node, "filename").empty()) {
            const bool program = field_of(node, "is_program") == json(true);
            const std::string way = field_of(node, "is_from") == json(true) ? "FROM" : "TO";
            add(program ? Kind::program : Kind::file, item.offset,
                fmt::format("COPY {} {}", way, program ? "PROGRAM" : "a file of the server"));
        }
    }

    void read_setting(const std::string& name, std::size_t offset) {
        if (name == "role") add(Kind::session_role, offset, "SET ROLE");
        if (name == "session_authorization") add(Kind::session_role, offset, "SET SESSION AUTHORIZATION");
    }

    void read_write(const Item& item) {
        static constexpr std::array<std::string_view, 4> writes = {"InsertStmt", "UpdateStmt", "DeleteStmt",
                                                                   "MergeStmt"};
        const bool copied = item.name == "CopyStmt" && field_of(*item.value, "is_from") == json(true);
        if (!copied && std::find(writes.begin(), writes.end(), item.name) == writes.end()) return;
        const json& relation = field_of(*item.value, "relation");
        const std::string schema = text_of(relation, "schemaname");
        const std::string name = text_of(relation, "relname");
        if ((schema.empty() || schema == "pg_catalog") && is_shared_catalogue(name)) {
            add(Kind::catalogue, item.offset, "a write to " + name);
        }
    }

    void read_call(const std::string& name, const std::string& schema, std::size_t offset, const json* arguments,
                   std::size_t depth) {
        const bool scheduled = schema == "cron" || schema == "net" || schema == "aws_s3" || schema == "dblink";
        if (const auto kind = scheduled ? std::optional(Kind::connection) : outside_function(name)) {
            add(*kind, offset, "the function " + name);
        }
        if (name == "set_config") {
            const json* first = arguments != nullptr && arguments->is_array() ? &arguments->front() : nullptr;
            const auto setting = first != nullptr ? constant_of(*first) : std::nullopt;
            if (!setting) return add_dynamic(offset, "set_config of a setting that is chosen at run time");
            read_setting(ascii_lower(*setting), offset);
        }
        if (!runs_sql(name)) return;
        const auto reason = fmt::format("{} runs SQL that is put together at run time", name);
        if (arguments == nullptr || !arguments->is_array() || name == "connectby") return add_dynamic(offset, reason);
        for (const json& one : *arguments) {
            const auto text = constant_of(one);
            const bool number = !text && field_of(one, "A_Const").is_object();
            if (!text && !number) add_dynamic(offset, reason);
            // Not every text is SQL: query_to_xml has the name of a namespace too.
            if (text && parse_postgresql(*text).is_object()) read_sql(*text, {offset, false, 0}, depth + 1);
        }
    }

    /// The code of DO and CREATE FUNCTION: AS and LANGUAGE are among their options.
    void read_code(const json& options, std::size_t offset, std::string_view text, Origin origin, std::size_t depth) {
        std::string language = "plpgsql";
        std::optional<std::string> code;
        Origin place{offset, false, 0};
        if (!options.is_array()) return;
        for (const json& option : options) {
            const json& element = field_of(option, "DefElem");
            const json& argument = field_of(element, "arg");
            if (text_of(element, "defname") == "language") {
                language = ascii_lower(text_of(field_of(argument, "String"), "sval"));
            } else if (text_of(element, "defname") == "as") {
                const json& items = field_of(field_of(argument, "List"), "items");
                const json& first = items.is_array() && !items.empty() ? items.front() : argument;
                code = text_of(field_of(first, "String"), "sval");
                const json& location = field_of(element, "location");
                const auto from = location.is_number_unsigned() ? location.get<std::size_t>() : std::size_t{0};
                place = place_of(*code, text, from, origin);
            }
        }
        if (language != "sql" && language != "plpgsql") {
            add_dynamic(offset, fmt::format("code in the language {}", language));
        } else if (code && language == "sql") {
            read_sql(*code, place, depth + 1);
        } else if (code) {
            read_plpgsql(*code, place, depth + 1);
        }
    }

    /// Where code stands that is the value of the first string from an offset on.
    static Origin place_of(const std::string& code, std::string_view text, std::size_t from, Origin origin) {
        Lexer lexer(Dialect::postgresql, text, from);
        while (const auto token = lexer.next()) {
            if (token->kind != TokenKind::string) continue;
            const std::string_view literal = text.substr(token->start, token->end - token->start);
            const std::size_t quote = literal.starts_with('$') ? literal.find('$', 1) + 1 : 1;
            if (literal.size() < 2 * quote) break;
            const bool exact = origin.exact && literal.substr(quote, literal.size() - 2 * quote) == code;
            return {origin.at(exact ? token->start + quote : token->start), exact, 0};
        }
        return {origin.at(from), false, 0};
    }

    void read_plpgsql(const std::string& body, Origin origin, std::size_t depth) {
        if (depth > deepest_code || body.size() > longest_parsed_text) {
            return add_dynamic(origin.start, "code that is too long or nested too deep");
        }
        for (const PlpgsqlPart& part : plpgsql_parts(body)) {
            std::string text = body.substr(part.place.start, part.place.end - part.place.start);
            const Origin place{origin.at(part.place.start), origin.exact, 0};
            if (part.kind == PlpgsqlPart::Kind::unknown) {
                add_dynamic(place.start, "PL/pgSQL that is not understood");
            } else if (part.kind == PlpgsqlPart::Kind::statement) {
                const std::size_t targets = part.targets.end - part.targets.start;
                if (targets > 0) text.replace(part.targets.start - part.place.start, targets, targets, ' ');
                read_sql(text, place, depth);
            } else if (part.kind == PlpgsqlPart::Kind::expression) {
                read_sql("SELECT " + text, {place.start, place.exact, 7}, depth);
            } else {
                read_executed("SELECT " + text, {place.start, place.exact, 7}, depth);
            }
        }
    }

    /// EXECUTE: the value is run if it is known, and its outline is looked at if not.
    void read_executed(const std::string& text, Origin origin, std::size_t depth) {
        const json tree = parse_postgresql(text);
        static const json::json_pointer value("/stmts/0/stmt/SelectStmt/targetList/0/ResTarget/val");
        if (!tree.is_object() || !tree.contains(value)) {
            return add_dynamic(origin.start, "PL/pgSQL that is not understood");
        }
        const json& expression = tree.at(value);
        const auto constant = constant_of(expression);
        if (constant) return read_sql(*constant, {origin.start, false, 0}, depth + 1);
        add_dynamic(origin.start, "EXECUTE of SQL that is put together at run time");
        read_sql(text, origin, depth);
        const std::string guess = outline(expression);
        if (parse_postgresql(guess).is_object()) read_sql(guess, {origin.start, false, 0}, depth + 1);
    }

    std::string_view statement_;
    OutsideEffects found_;
};

}  // namespace

OutsideEffects outside_effects(std::string_view statement) { return Finder(statement).find(); }

}  // namespace quarry::sql
