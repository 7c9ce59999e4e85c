// Separators by language, as LangChain's RecursiveCharacterTextSplitter has them; bash is ours. Last comes what every
// list ends with: empty line, line, space.
#include <algorithm>
#include <array>

#include "core/chunk/separators.h"

namespace quarry::chunk {
namespace {

template <typename... Texts>
constexpr auto separator_list(Texts... texts) {
    return std::array<std::string_view, sizeof...(Texts) + 3>{texts..., "\n\n", "\n", " "};
}
template <typename... Texts>
constexpr auto type_list(Texts... texts) {
    return std::array<std::string_view, sizeof...(Texts)>{texts...};
}

constexpr auto bash_list = separator_list("\nfunction ", "\nif ", "\nfor ", "\nwhile ", "\nuntil ", "\ncase ");
constexpr auto c_list = separator_list("\nclass ", "\nvoid ", "\nint ", "\nfloat ", "\ndouble ", "\nif ", "\nfor ",
                                       "\nwhile ", "\nswitch ", "\ncase ");
constexpr auto cobol_list =
    separator_list("\nIDENTIFICATION DIVISION.", "\nENVIRONMENT DIVISION.", "\nDATA DIVISION.", "\nPROCEDURE DIVISION.",
                   "\nWORKING-STORAGE SECTION.", "\nLINKAGE SECTION.", "\nFILE SECTION.", "\nINPUT-OUTPUT SECTION.",
                   "\nOPEN ", "\nCLOSE ", "\nREAD ", "\nWRITE ", "\nIF ", "\nELSE ", "\nMOVE ", "\nPERFORM ",
                   "\nUNTIL ", "\nVARYING ", "\nACCEPT ", "\nDISPLAY ", "\nSTOP RUN.");
constexpr auto csharp_list = separator_list(
    "\ninterface ", "\nenum ", "\nimplements ", "\ndelegate ", "\nevent ", "\nclass ", "\nabstract ", "\npublic ",
    "\nprotected ", "\nprivate ", "\nstatic ", "\nreturn ", "\nif ", "\ncontinue ", "\nfor ", "\nforeach ", "\nwhile ",
    "\nswitch ", "\nbreak ", "\ncase ", "\nelse ", "\ntry ", "\nthrow ", "\nfinally ", "\ncatch ");
constexpr auto elixir_list =
    separator_list("\ndef ", "\ndefp ", "\ndefmodule ", "\ndefprotocol ", "\ndefmacro ", "\ndefmacrop ", "\nif ",
                   "\nunless ", "\nwhile ", "\ncase ", "\ncond ", "\nwith ", "\nfor ", "\ndo ");
constexpr auto go_list =
    separator_list("\nfunc ", "\nvar ", "\nconst ", "\ntype ", "\nif ", "\nfor ", "\nswitch ", "\ncase ");
constexpr auto haskell_list =
    separator_list("\nmain :: ", "\nmain = ", "\nlet ", "\nin ", "\ndo ", "\nwhere ", "\n:: ", "\n= ", "\ndata ",
                   "\nnewtype ", "\ntype ", "\nmodule ", "\nimport ", "\nqualified ", "\nimport qualified ", "\nclass ",
                   "\ninstance ", "\ncase ", "\n| ", "\n= {", "\n, ");
constexpr auto html_list = separator_list("<body", "<div", "<p", "<br", "<li", "<h1", "<h2", "<h3", "<h4", "<h5", "<h6",
                                          "<span", "<table", "<tr", "<td", "<th", "<ul", "<ol", "<header", "<footer",
                                          "<nav", "<head", "<style", "<script", "<meta", "<title");
constexpr auto java_list = separator_list("\nclass ", "\npublic ", "\nprotected ", "\nprivate ", "\nstatic ", "\nif ",
                                          "\nfor ", "\nwhile ", "\nswitch ", "\ncase ");
constexpr auto js_list = separator_list("\nfunction ", "\nconst ", "\nlet ", "\nvar ", "\nclass ", "\nif ", "\nfor ",
                                        "\nwhile ", "\nswitch ", "\ncase ", "\ndefault ");
constexpr auto kotlin_list =
    separator_list("\nclass ", "\npublic ", "\nprotected ", "\nprivate ", "\ninternal ", "\ncompanion ", "\nfun ",
                   "\nval ", "\nvar ", "\nif ", "\nfor ", "\nwhile ", "\nwhen ", "\ncase ", "\nelse ");
constexpr auto latex_list =
    separator_list("\n\\chapter{", "\n\\section{", "\n\\subsection{", "\n\\subsubsection{", "\n\\begin{enumerate}",
                   "\n\\begin{itemize}", "\n\\begin{description}", "\n\\begin{list}", "\n\\begin{quote}",
                   "\n\\begin{quotation}", "\n\\begin{verse}", "\n\\begin{verbatim}", "\n\\begin{align}", "$$", "$");
constexpr auto lua_list = separator_list("\nlocal ", "\nfunction ", "\nif ", "\nfor ", "\nwhile ", "\nrepeat ");
constexpr auto markdown_list =
    separator_list("\n# ", "\n## ", "\n### ", "\n#### ", "\n##### ", "\n###### ", "```\n", "\n***", "\n---", "\n___");
constexpr auto perl_list = separator_list("\nsub ", "\npackage ", "\nif ", "\nelsif ", "\nunless ", "\nfor ",
                                          "\nforeach ", "\nwhile ", "\nuntil ");
constexpr auto php_list =
    separator_list("\nfunction ", "\nclass ", "\nif ", "\nforeach ", "\nwhile ", "\ndo ", "\nswitch ", "\ncase ");
constexpr auto powershell_list = separator_list("\nfunction ", "\nparam ", "\nif ", "\nforeach ", "\nfor ", "\nwhile ",
                                                "\nswitch ", "\nclass ", "\ntry ", "\ncatch ", "\nfinally ");
constexpr auto proto_list =
    separator_list("\nmessage ", "\nservice ", "\nenum ", "\noption ", "\nimport ", "\nsyntax ");
constexpr auto python_list = separator_list("\nclass ", "\ndef ", "\n\tdef ");
constexpr auto r_list = separator_list("\nfunction ", "\nsetClass(", "\nsetMethod(", "\nsetGeneric(", "\nif ",
                                       "\nelse ", "\nfor ", "\nwhile ", "\nrepeat ", "\nlibrary(", "\nrequire(");
constexpr auto rst_list = separator_list("\n===", "\n---", "\n***", "\n.. ");
constexpr auto ruby_list =
    separator_list("\ndef ", "\nclass ", "\nif ", "\nunless ", "\nwhile ", "\nfor ", "\ndo ", "\nbegin ", "\nrescue ");
constexpr auto rust_list =
    separator_list("\nfn ", "\nconst ", "\nlet ", "\nif ", "\nwhile ", "\nfor ", "\nloop ", "\nmatch ");
constexpr auto scala_list = separator_list("\nclass ", "\nobject ", "\ndef ", "\nval ", "\nvar ", "\nif ", "\nfor ",
                                           "\nwhile ", "\nmatch ", "\ncase ");
constexpr auto sol_list =
    separator_list("\npragma ", "\nusing ", "\ncontract ", "\ninterface ", "\nlibrary ", "\nconstructor ", "\ntype ",
                   "\nfunction ", "\nevent ", "\nmodifier ", "\nerror ", "\nstruct ", "\nenum ", "\nif ", "\nfor ",
                   "\nwhile ", "\ndo while ", "\nassembly ");
constexpr auto swift_list = separator_list("\nfunc ", "\nclass ", "\nstruct ", "\nenum ", "\nif ", "\nfor ", "\nwhile ",
                                           "\ndo ", "\nswitch ", "\ncase ");
constexpr auto ts_list =
    separator_list("\nenum ", "\ninterface ", "\nnamespace ", "\ntype ", "\nclass ", "\nfunction ", "\nconst ",
                   "\nlet ", "\nvar ", "\nif ", "\nfor ", "\nwhile ", "\nswitch ", "\ncase ", "\ndefault ");
constexpr auto visualbasic_list = separator_list("\nClass ", "\nModule ", "\nSub ", "\nFunction ", "\nProperty ",
                                                 "\nIf ", "\nFor ", "\nWhile ", "\nSelect ", "\nCase ", "\nTry ");

constexpr auto bash_types = type_list("sh", "shellscript", "bash");
constexpr auto c_types = type_list("c", "csrc", "chdr");
constexpr auto cobol_types = type_list("cobol");
constexpr auto cpp_types = type_list("c++", "c++src", "c++hdr", "cpp");
constexpr auto csharp_types = type_list("csharp");
constexpr auto elixir_types = type_list("elixir");
constexpr auto go_types = type_list("go");
constexpr auto haskell_types = type_list("haskell");
constexpr auto java_types = type_list("java");
constexpr auto js_types = type_list("javascript");
constexpr auto kotlin_types = type_list("kotlin");
constexpr auto lua_types = type_list("lua");
constexpr auto no_types = std::array<std::string_view, 0>{};
constexpr auto perl_types = type_list("perl");
constexpr auto php_types = type_list("php", "httpd-php");
constexpr auto powershell_types = type_list("powershell");
constexpr auto proto_types = type_list("protobuf", "proto");
constexpr auto python_types = type_list("python");
constexpr auto r_types = type_list("r", "rsrc");
constexpr auto ruby_types = type_list("ruby");
constexpr auto rust_types = type_list("rust");
constexpr auto scala_types = type_list("scala");
constexpr auto sol_types = type_list("solidity");
constexpr auto swift_types = type_list("swift");
constexpr auto ts_types = type_list("typescript", "tsx");
constexpr auto visualbasic_types = type_list("vb", "visualbasic");

// Markup has chunkers of its own, so that no media type picks its lists.
constexpr std::array presets = {
    SeparatorPreset{"bash", bash_list, bash_types},
    SeparatorPreset{"c", c_list, c_types},
    SeparatorPreset{"cobol", cobol_list, cobol_types},
    SeparatorPreset{"cpp", c_list, cpp_types},
    SeparatorPreset{"csharp", csharp_list, csharp_types},
    SeparatorPreset{"elixir", elixir_list, elixir_types},
    SeparatorPreset{"go", go_list, go_types},
    SeparatorPreset{"haskell", haskell_list, haskell_types},
    SeparatorPreset{"html", html_list, no_types},
    SeparatorPreset{"java", java_list, java_types},
    SeparatorPreset{"js", js_list, js_types},
    SeparatorPreset{"kotlin", kotlin_list, kotlin_types},
    SeparatorPreset{"latex", latex_list, no_types},
    SeparatorPreset{"lua", lua_list, lua_types},
    SeparatorPreset{"markdown", markdown_list, no_types},
    SeparatorPreset{"perl", perl_list, perl_types},
    SeparatorPreset{"php", php_list, php_types},
    SeparatorPreset{"powershell", powershell_list, powershell_types},
    SeparatorPreset{"proto", proto_list, proto_types},
    SeparatorPreset{"python", python_list, python_types},
    SeparatorPreset{"r", r_list, r_types},
    SeparatorPreset{"rst", rst_list, no_types},
    SeparatorPreset{"ruby", ruby_list, ruby_types},
    SeparatorPreset{"rust", rust_list, rust_types},
    SeparatorPreset{"scala", scala_list, scala_types},
    SeparatorPreset{"sol", sol_list, sol_types},
    SeparatorPreset{"swift", swift_list, swift_types},
    SeparatorPreset{"ts", ts_list, ts_types},
    SeparatorPreset{"visualbasic", visualbasic_list, visualbasic_types},
};

}  // namespace

std::span<const SeparatorPreset> separator_presets() { return presets; }

}  // namespace quarry::chunk
