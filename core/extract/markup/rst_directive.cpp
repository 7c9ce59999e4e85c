#include "core/extract/markup/rst_directive.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

using Kind = RstDirective::Kind;

struct NamedKind {
    std::string_view name;
    Kind kind;
};
// A directive that is not here is its argument as a paragraph, then its content: a class or function of Sphinx.
constexpr auto directive_kinds = std::to_array<NamedKind>({{"code", Kind::code},
                                                           {"code-block", Kind::code},
                                                           {"sourcecode", Kind::code},
                                                           {"parsed-literal", Kind::code},
                                                           {"literal", Kind::code},
                                                           {"doctest", Kind::code},
                                                           {"prompt", Kind::code},
                                                           {"math", Kind::math},
                                                           {"image", Kind::image},
                                                           {"figure", Kind::image},
                                                           {"note", Kind::note},
                                                           {"warning", Kind::note},
                                                           {"tip", Kind::note},
                                                           {"hint", Kind::note},
                                                           {"important", Kind::note},
                                                           {"caution", Kind::note},
                                                           {"danger", Kind::note},
                                                           {"error", Kind::note},
                                                           {"attention", Kind::note},
                                                           {"admonition", Kind::note},
                                                           {"seealso", Kind::note},
                                                           {"todo", Kind::note},
                                                           {"versionadded", Kind::note},
                                                           {"versionchanged", Kind::note},
                                                           {"deprecated", Kind::note},
                                                           {"list-table", Kind::list_table},
                                                           {"csv-table", Kind::csv_table},
                                                           {"toctree", Kind::nothing},
                                                           {"contents", Kind::nothing},
                                                           {"index", Kind::nothing},
                                                           {"include", Kind::nothing},
                                                           {"literalinclude", Kind::nothing},
                                                           {"raw", Kind::nothing},
                                                           {"highlight", Kind::nothing},
                                                           {"default-role", Kind::nothing},
                                                           {"role", Kind::nothing},
                                                           {"module", Kind::nothing},
                                                           {"currentmodule", Kind::nothing},
                                                           {"meta", Kind::nothing},
                                                           {"sectnum", Kind::nothing},
                                                           {"target-notes", Kind::nothing},
                                                           {"replace", Kind::nothing},
                                                           {"unicode", Kind::nothing},
                                                           {"automodule", Kind::nothing},
                                                           {"autoclass", Kind::nothing},
                                                           {"autofunction", Kind::nothing},
                                                           {"sectionauthor", Kind::nothing},
                                                           {"moduleauthor", Kind::nothing},
                                                           {"only", Kind::heading},
                                                           {"container", Kind::heading}});

bool is_directive_name(std::string_view name) {
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:+.") ==
               std::string_view::npos;
}

}  // namespace

std::string RstDirective::title() const {
    std::string said = name == "admonition" ? "" : name == "seealso" ? "See also" : name;
    if (name == "versionadded") said = "New in version";
    if (name == "versionchanged") said = "Changed in version";
    if (name == "deprecated") said = "Deprecated since version";
    if (!said.empty() && said.front() >= 'a' && said.front() <= 'z')
        said.front() = static_cast<char>(said.front() - 32);
    if (argument.empty()) return said;
    if (said.empty()) return argument;
    return said + (said.ends_with("version") ? " " : ": ") + argument;
}

std::optional<RstDirective> parse_rst_directive(const SourceLines& lines, std::size_t at, std::size_t end) {
    std::string_view first = trim(lines[at].substr(2));
    // "|name| image:: …" defines a substitution.
    if (first.starts_with('|')) return std::nullopt;
    const std::size_t colons = first.find("::");
    if (colons == std::string_view::npos || !is_directive_name(first.substr(0, colons))) return std::nullopt;
    RstDirective directive;
    directive.name = ascii_lower(first.substr(0, colons));
    directive.argument = trim(first.substr(colons + 2));
    const auto* const known = std::find_if(directive_kinds.begin(), directive_kinds.end(),
                                           [&](const NamedKind& each) { return each.name == directive.name; });
    directive.kind = known == directive_kinds.end() ? Kind::heading : known->kind;
    if (directive.name == "only" || directive.name == "container") directive.argument.clear();
    if (directive.kind == Kind::image) directive.argument.clear();
    if (directive.name == "parsed-literal" || directive.name == "prompt") directive.argument.clear();
    const SourceLines body = dedented(lines, at + 1, end);
    std::size_t line = 0;
    // An argument may go on; options follow it; then a blank line.
    for (; line < body.size() && !is_blank_source(body[line]); ++line) {
        if (!body[line].starts_with(':')) break;
        const std::size_t close = body[line].find(':', 1);
        if (close == std::string_view::npos) break;
        const std::string_view option = body[line].substr(1, close - 1);
        const std::string_view value = trim(body[line].substr(close + 1));
        if (option == "alt") directive.alternative = value;
        if (option == "header") directive.header = value;
    }
    directive.content.assign(body.begin() + static_cast<std::ptrdiff_t>(line), body.end());
    return directive;
}

}  // namespace quarry::extract
