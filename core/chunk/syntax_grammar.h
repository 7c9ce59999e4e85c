#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#if QUARRY_HAVE_TREESITTER
#include <tree_sitter/api.h>

namespace quarry::chunk {

/// What a kind of node means for cutting.
enum class SyntaxRole : std::uint8_t {
    other,
    definition,  ///< Has a name that is worth a place in a symbol path.
    variable,    ///< Defines a function when its value is one: `const f = () => …`.
    function,    ///< A function without a name of its own.
    leading,     ///< Belongs to what follows it: an attribute, `public:`.
    comment,     ///< Belongs to what follows it on the next line.
};

/// A grammar with the roles of its nodes. Made once and never changed.
struct SyntaxGrammar {
    const TSLanguage* language = nullptr;
    std::vector<SyntaxRole> roles;  ///< By symbol.
    TSFieldId name = 0;             ///< 0 for a field that the grammar does not have, as are the others.
    TSFieldId declarator = 0;
    TSFieldId body = 0;
    TSFieldId type = 0;
    TSFieldId receiver = 0;
    TSFieldId member = 0;             ///< JavaScript: of a class's body.
    TSFieldId local_declaration = 0;  ///< Lua: of a block.

    [[nodiscard]] SyntaxRole role(TSNode node) const {
        const TSSymbol symbol = ts_node_symbol(node);
        return symbol < roles.size() ? roles[symbol] : SyntaxRole::other;
    }
};

/// The grammar of a language, by its name in core/document/source_language.h; null for one without. Thread-safe.
[[nodiscard]] const SyntaxGrammar* find_syntax_grammar(std::string_view language);

}  // namespace quarry::chunk
#endif
