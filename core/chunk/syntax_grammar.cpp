#include "core/chunk/syntax_grammar.h"

#include "core/chunk/code_outline.h"

#if QUARRY_HAVE_TREESITTER
#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

extern "C" {
const TSLanguage* tree_sitter_bash();
const TSLanguage* tree_sitter_c();
const TSLanguage* tree_sitter_c_sharp();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_go();
const TSLanguage* tree_sitter_java();
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_lua();
const TSLanguage* tree_sitter_php();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_ruby();
const TSLanguage* tree_sitter_rust();
const TSLanguage* tree_sitter_tsx();
const TSLanguage* tree_sitter_typescript();
}

namespace quarry::chunk {
namespace {

struct GrammarSource {
    std::string_view name;
    const TSLanguage* (*language)();
    std::string_view definitions;  ///< Kinds of nodes, separated by spaces.
};

constexpr std::string_view script_definitions =
    "function_declaration generator_function_declaration class_declaration abstract_class_declaration "
    "method_definition abstract_method_signature interface_declaration enum_declaration type_alias_declaration "
    "internal_module module";
constexpr std::string_view c_definitions =
    "function_definition struct_specifier union_specifier enum_specifier preproc_function_def";

constexpr auto grammar_sources = std::to_array<GrammarSource>({
    {"bash", tree_sitter_bash, "function_definition"},
    {"c", tree_sitter_c, c_definitions},
    {"cpp", tree_sitter_cpp,
     "function_definition struct_specifier union_specifier enum_specifier preproc_function_def class_specifier "
     "namespace_definition concept_definition"},
    {"csharp", tree_sitter_c_sharp,
     "namespace_declaration class_declaration struct_declaration interface_declaration enum_declaration "
     "record_declaration method_declaration constructor_declaration destructor_declaration property_declaration "
     "delegate_declaration local_function_statement"},
    {"go", tree_sitter_go, "function_declaration method_declaration type_spec"},
    {"java", tree_sitter_java,
     "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration "
     "method_declaration constructor_declaration compact_constructor_declaration"},
    {"javascript", tree_sitter_javascript, script_definitions},
    {"lua", tree_sitter_lua, "function_declaration"},
    {"php", tree_sitter_php,
     "function_definition class_declaration interface_declaration trait_declaration enum_declaration "
     "method_declaration"},
    {"python", tree_sitter_python, "function_definition class_definition"},
    {"ruby", tree_sitter_ruby, "class module method singleton_method"},
    {"rust", tree_sitter_rust,
     "function_item function_signature_item struct_item enum_item union_item trait_item impl_item mod_item "
     "macro_definition type_item"},
    {"tsx", tree_sitter_tsx, script_definitions},
    {"typescript", tree_sitter_typescript, script_definitions},
});

// The same names mean the same in all grammars that have them.
constexpr std::string_view comment_kinds = "comment line_comment block_comment";
constexpr std::string_view leading_kinds = "attribute_item attribute_list access_specifier decorator";
constexpr std::string_view variable_kinds =
    "variable_declarator field_definition public_field_definition pair assignment_expression";
constexpr std::string_view function_kinds =
    "arrow_function function_expression function generator_function class function_definition";

bool lists_kind(std::string_view kinds, std::string_view kind) {
    for (std::size_t at = kinds.find(kind); at != std::string_view::npos; at = kinds.find(kind, at + 1)) {
        const std::size_t end = at + kind.size();
        if ((at == 0 || kinds[at - 1] == ' ') && (end == kinds.size() || kinds[end] == ' ')) return true;
    }
    return false;
}

SyntaxRole role_of_kind(std::string_view kind, const GrammarSource& source) {
    if (lists_kind(source.definitions, kind)) return SyntaxRole::definition;
    if (lists_kind(comment_kinds, kind)) return SyntaxRole::comment;
    if (lists_kind(leading_kinds, kind)) return SyntaxRole::leading;
    if (source.definitions != script_definitions) return SyntaxRole::other;
    if (lists_kind(variable_kinds, kind)) return SyntaxRole::variable;
    return lists_kind(function_kinds, kind) ? SyntaxRole::function : SyntaxRole::other;
}

SyntaxGrammar make_syntax_grammar(const GrammarSource& source) {
    SyntaxGrammar grammar;
    grammar.language = source.language();
    grammar.roles.resize(ts_language_symbol_count(grammar.language), SyntaxRole::other);
    for (std::size_t i = 0; i < grammar.roles.size(); ++i) {
        const auto symbol = static_cast<TSSymbol>(i);
        if (ts_language_symbol_type(grammar.language, symbol) != TSSymbolTypeRegular) continue;
        grammar.roles[i] = role_of_kind(ts_language_symbol_name(grammar.language, symbol), source);
    }
    const auto field = [&](std::string_view name) {
        return ts_language_field_id_for_name(grammar.language, name.data(), static_cast<std::uint32_t>(name.size()));
    };
    grammar.name = field("name");
    grammar.declarator = field("declarator");
    grammar.body = field("body");
    grammar.type = field("type");
    grammar.receiver = field("receiver");
    grammar.member = field("member");
    grammar.local_declaration = field("local_declaration");
    return grammar;
}

}  // namespace

const SyntaxGrammar* find_syntax_grammar(std::string_view language) {
    // Each is made when it is first asked for: a process seldom needs more than a few.
    static std::array<SyntaxGrammar, grammar_sources.size()> grammars;
    static std::array<std::once_flag, grammar_sources.size()> made;
    for (std::size_t i = 0; i < grammar_sources.size(); ++i) {
        if (grammar_sources[i].name != language) continue;
        std::call_once(made[i], [&] { grammars[i] = make_syntax_grammar(grammar_sources[i]); });
        return &grammars[i];
    }
    return nullptr;
}

std::vector<std::string_view> syntax_languages() {
    std::vector<std::string_view> names;
    for (const GrammarSource& source : grammar_sources) names.push_back(source.name);
    return names;
}

}  // namespace quarry::chunk

#else

namespace quarry::chunk {

std::vector<std::string_view> syntax_languages() { return {}; }

}  // namespace quarry::chunk
#endif
