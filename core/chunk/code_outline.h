#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::chunk {

/// A place where source code may be cut: in front of a declaration, a member or a statement, and what leads to it
/// (comments, attributes, decorators).
struct CodeCut {
    std::size_t offset = 0;    ///< Where what follows begins.
    std::size_t end = 0;       ///< Where what is before ends, without white space.
    int level = 0;             ///< How deep it lies: 0 between what stands in the file itself.
    int inside = -1;           ///< Level of the definition around it; -1 for none.
    bool definition = false;   ///< What follows is a definition: of a function, a class, a namespace …
    bool within_line = false;  ///< What follows does not begin its line.
};

/// A definition with a name.
struct CodeSymbol {
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    std::size_t start = 0;  ///< With what leads to it: comments, decorators, `export`.
    std::size_t end = 0;
    std::size_t parent = none;  ///< Index of the definition around it.
    int depth = 0;
    std::vector<std::string> names;  ///< More than one for `Parser::parse` outside of its class.
};

/// What the "code" strategy knows of a text. Cuts rise strictly; symbols are in order of their starts, parents first.
struct CodeOutline {
    std::vector<CodeCut> cuts;
    std::vector<CodeSymbol> symbols;
};

/// Definitions within definitions are named this deep.
inline constexpr int deepest_code_symbol = 16;

/// Languages that `outline_by_syntax` reads, by their names in core/document/source_language.h.
[[nodiscard]] std::vector<std::string_view> syntax_languages();

/// The outline by the language's grammar; what is not larger than `whole` bytes is not looked into for cuts.
///
/// Syntax errors are read over. Nothing for a language without a grammar, in a build without tree-sitter, and when the
/// text is so large or so broken that it would take too long; that is counted in the parser's steps, so that the
/// result is the same on any machine. `why` then says which it was. Throws Error(interrupted).
[[nodiscard]] std::optional<CodeOutline> outline_by_syntax(std::string_view text, std::string_view language,
                                                           std::size_t whole, const Cancellation& cancellation,
                                                           std::string& why);

/// The outline that lines give: empty lines and indentation. No symbols.
[[nodiscard]] CodeOutline outline_by_lines(std::string_view text);

}  // namespace quarry::chunk
