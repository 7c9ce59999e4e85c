#include "core/migrate/import_convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/migrate/directives.h"
#include "core/migrate/import_script.h"
#include "core/sql/lexer.h"

namespace quarry::migrate {
namespace {

FileFormat format_of(ForeignTool tool) {
    if (tool == ForeignTool::dbmate) return FileFormat::dbmate;
    return tool == ForeignTool::goose ? FileFormat::goose : FileFormat::pair;
}

constexpr std::array<std::string_view, 5> goose_options = {"statementbegin", "statementend", "no transaction",
                                                           "envsub on", "envsub off"};

bool is_variable_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_variable_character(char c) noexcept { return is_variable_letter(c) || (c >= '0' && c <= '9'); }

/// Writes the sections of one file of dbmate's or goose's in quarry's format.
class SectionConverter {
public:
    SectionConverter(sql::Dialect dialect, ForeignTool tool, const MigrationText& migration, const MigrationFile& file)
        : dialect_(dialect), tool_(tool), file_(file), source_{migration.path, *file.up.text}, edits_(source_.text) {}

    Converted convert() {
        sql::Lexer lexer(dialect_, source_.text);
        while (const auto token = lexer.next()) {
            if (auto directive = read_directive(source_, *token)) directives_.push_back(std::move(*directive));
        }
        for (std::size_t i = 0; i < directives_.size(); ++i) {
            if (directives_[i].format == file_.format) take(i);
        }
        return {edits_.apply({0, source_.text.size()}), std::move(changes_)};
    }

private:
    [[nodiscard]] static bool opens_section(const Directive& directive) {
        return directive.name == "up" || directive.name == "down";
    }

    [[nodiscard]] static bool is_goose_option(const Directive& directive) {
        return directive.format == FileFormat::goose &&
               std::find(goose_options.begin(), goose_options.end(), directive.name) != goose_options.end();
    }

    /// Whether a comment stands in the midst of a statement, which is left as it is.
    [[nodiscard]] bool within_statement(std::size_t place) const {
        const auto holds = [&](const Script& script) {
            return std::any_of(script.statements.begin(), script.statements.end(),
                               [&](const sql::Section& one) { return one.start <= place && place < one.end; });
        };
        return holds(file_.up) || (file_.down && holds(*file_.down));
    }

    void take(std::size_t index) {
        const Directive& directive = directives_[index];
        if (opens_section(directive)) {
            take_section(index);
        } else if (is_goose_option(directive) && !within_statement(directive.start)) {
            edits_.erase({directive.start, directive.end});  // What it said is said by quarry's directives.
        }
    }

    void take_section(std::size_t index) {
        const Directive& directive = directives_[index];
        const bool up = directive.name == "up";
        const Script* script = up ? &file_.up : file_.down ? &*file_.down : nullptr;
        if (script == nullptr) {
            // The parser leaves the section out of a migration that says why it is irreversible.
            edits_.replace({directive.start, directive.end}, std::string());
            return;
        }
        std::string opening = section_opening(directive.name, *script, variables_of(*script));
        if (script->statements.empty()) {
            opening += fmt::format("\n{}", nothing_to_do);
            changes_.emplace_back(
                fmt::format("its empty {} section does nothing, as in {}", directive.name, foreign_tool_name(tool_)));
        }
        edits_.replace({directive.start, directive.end}, std::move(opening));
        adopt_script(dialect_, *script, {directive.end, section_end(index)}, edits_, changes_);
    }

    [[nodiscard]] std::size_t section_end(std::size_t index) const {
        for (std::size_t i = index + 1; i < directives_.size(); ++i) {
            if (directives_[i].format == file_.format && opens_section(directives_[i])) return directives_[i].start;
        }
        return source_.text.size();
    }

    /// goose: whether ${NAME} is replaced at a place.
    [[nodiscard]] bool replaces_at(std::size_t place) const {
        bool on = false;
        for (const Directive& directive : directives_) {
            if (directive.start > place || directive.format != FileFormat::goose) continue;
            if (directive.name == "envsub on") on = true;
            if (directive.name == "envsub off") on = false;
        }
        return on;
    }

    /// The names whose ${NAME} goose replaces in a script.
    [[nodiscard]] std::vector<std::string> variables_of(const Script& script) const {
        std::vector<std::string> names;
        std::vector<sql::Section> kept;  // Where nothing is replaced.
        for (const sql::Section& statement : script.statements) {
            if (replaces_at(statement.start)) {
                add_variables_of(script, statement, names);
            } else {
                kept.push_back(statement);
            }
        }
        for (const sql::Section& statement : kept) {
            for (const std::string& name : names) {
                const std::size_t at = script.sql_of(statement).find("${" + name + "}");
                if (at == std::string_view::npos) continue;
                throw source_.error_at(statement.start + at,
                                       fmt::format("${{{}}} is replaced elsewhere in this section, but not here", name),
                                       "quarry replaces a variable in a whole section: put the two into two files");
            }
        }
        return names;
    }

    void add_variables_of(const Script& script, sql::Section statement, std::vector<std::string>& names) const {
        const std::string_view sql = script.sql_of(statement);
        for (std::size_t at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
            const std::string_view rest = sql.substr(at + 1);
            const bool braced = rest.starts_with('{');
            if (!braced && (rest.empty() || !is_variable_letter(rest.front()))) continue;
            const std::size_t start = braced ? 1 : 0;
            std::size_t end = start;
            while (end < rest.size() && is_variable_character(rest[end])) ++end;
            std::string name(rest.substr(start, end - start));
            if (!braced || name.empty() || !is_variable_letter(name.front()) || end >= rest.size() ||
                rest[end] != '}') {
                throw source_.error_at(
                    statement.start + at,
                    fmt::format("quarry replaces ${{NAME}} only, and this is \"{}\"", variable_text(rest, braced)),
                    "write ${NAME}, without a default, and set NAME where the migrations are run; or leave the folder "
                    "as it is, which quarry can run too, and take over what is applied with --ledger-only");
            }
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
        }
    }

    [[nodiscard]] static std::string variable_text(std::string_view rest, bool braced) {
        std::size_t end = braced ? rest.find('}') : 0;
        while (!braced && end < rest.size() && is_variable_character(rest[end])) ++end;
        return "$" + std::string(rest.substr(0, std::min<std::size_t>(braced ? end + 1 : end, 40)));
    }

    sql::Dialect dialect_;
    ForeignTool tool_;
    const MigrationFile& file_;
    sql::SourceText source_;
    TextEdits edits_;
    std::vector<Directive> directives_;
    std::vector<std::string> changes_;
};

std::string convert_half(sql::Dialect dialect, const Script& script, std::vector<std::string>& changes) {
    TextEdits edits(*script.text);
    const sql::Section all{0, script.text->size()};
    adopt_script(dialect, script, all, edits, changes);
    std::string text = edits.apply(all);
    if (!script.statements.empty()) return text;
    changes.emplace_back("a file without statements got one that does nothing");
    return text + (text.empty() || text.ends_with('\n') ? "" : "\n") + std::string(nothing_to_do) + "\n";
}

/// The names whose ${NAME} Flyway replaces.
std::vector<std::string> placeholders_of(const Script& script) {
    std::vector<std::string> names;
    for (const sql::Section& statement : script.statements) {
        const std::string_view sql = script.sql_of(statement);
        for (std::size_t at = sql.find("${"); at != std::string_view::npos; at = sql.find("${", at + 1)) {
            std::string name(sql.substr(at + 2, std::min(sql.find('}', at), sql.size()) - at - 2));
            if (name.empty() || !is_variable_letter(name.front()) ||
                !std::all_of(name.begin(), name.end(), is_variable_character)) {
                throw script.source().error_at(
                    statement.start + at, fmt::format("quarry replaces ${{NAME}} only, and this is \"${{{}}}\"", name),
                    "write its value, or a name of letters, digits and \"_\", into a copy, and give that: "
                    "--replace");
            }
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
        }
    }
    return names;
}

Converted convert_pair(sql::Dialect dialect, ForeignTool tool, const MigrationFile& file) {
    Converted converted;
    const auto opening = [tool](std::string_view marker, const Script& script) {
        const bool replaces = tool == ForeignTool::flyway;
        return section_opening(marker, script, replaces ? placeholders_of(script) : std::vector<std::string>());
    };
    const std::string up = convert_half(dialect, file.up, converted.changes);
    std::optional<std::string> down;
    std::string down_opening;
    if (file.down) {
        down = convert_half(dialect, *file.down, converted.changes);
        down_opening = opening("down", *file.down);
    }
    converted.text = two_sections(opening("up", file.up), up, down_opening, down);
    return converted;
}

}  // namespace

Converted convert_migration(sql::Dialect dialect, ForeignTool tool, const MigrationText& migration,
                            std::vector<PassedOver>& passed_over) {
    const MigrationFile file = parse_foreign_migration(dialect, migration, passed_over);
    if (file.format != format_of(tool)) {
        throw Error(ErrorCode::failed, fmt::format("{}: this is not for {}", migration.path, foreign_tool_name(tool)),
                    file.format == FileFormat::quarry
                        ? "it has quarry's section markers already: move it out of the folder, and afterwards into the "
                          "new one"
                        : "say whose files these are with --tool, or move those of another tool elsewhere");
    }
    if (std::any_of(passed_over.begin(), passed_over.end(),
                    [](const PassedOver& one) { return one.kind == PassedOver::Kind::refused; })) {
        return {};
    }
    Converted converted = file.format == FileFormat::pair ? convert_pair(dialect, tool, file)
                                                          : SectionConverter(dialect, tool, migration, file).convert();
    const MigrationFile after =
        parse_migration(dialect, {migration.path, converted.text, std::nullopt, {}, MigrationText::Kind::sections});
    require_same_script(file.up, after.up);
    const Script none;
    require_same_script(file.down ? *file.down : none, after.down ? *after.down : none);
    return converted;
}

}  // namespace quarry::migrate
