#include "core/document/source_language.h"

#include <algorithm>
#include <array>

namespace quarry::document {
namespace {

// clang-format off
constexpr auto languages = std::to_array<SourceLanguage>({
    {"c",          "C",            "text/x-c",           "c h"},
    {"cpp",        "C++",          "text/x-c++",         "cc cpp cxx c++ hh hpp hxx h++ ipp tpp inl cu cuh"},
    {"python",     "Python",       "text/x-python",      "py pyi pyw", "python"},
    {"javascript", "JavaScript",   "text/javascript",    "js mjs cjs jsx", "node nodejs bun"},
    {"typescript", "TypeScript",   "text/x-typescript",  "ts mts cts", "deno ts-node tsx"},
    {"tsx",        "TSX",          "text/x-tsx",         "tsx"},
    {"go",         "Go",           "text/x-go",          "go"},
    {"rust",       "Rust",         "text/x-rust",        "rs"},
    {"java",       "Java",         "text/x-java",        "java"},
    {"csharp",     "C#",           "text/x-csharp",      "cs csx"},
    {"ruby",       "Ruby",         "text/x-ruby",        "rb rake gemspec", "ruby jruby"},
    {"php",        "PHP",          "text/x-php",         "php phtml", "php"},
    {"bash",       "shell script", "text/x-shellscript", "sh bash zsh ksh bats ebuild", "sh bash dash zsh ksh"},
    {"lua",        "Lua",          "text/x-lua",         "lua", "lua luajit"},
    {"ada",        "Ada",          "text/x-ada",         "adb ads"},
    {"assembly",   "Assembly",     "text/x-asm",         "s asm"},
    {"awk",        "AWK",          "text/x-awk",         "awk", "awk gawk mawk"},
    {"batch",      "Batch file",   "text/x-bat",         "bat"},
    {"clojure",    "Clojure",      "text/x-clojure",     "clj cljs cljc edn"},
    {"crystal",    "Crystal",      "text/x-crystal",     "cr"},
    {"css",        "CSS",          "text/css",           "css scss sass less"},
    {"dart",       "Dart",         "text/x-dart",        "dart"},
    {"elixir",     "Elixir",       "text/x-elixir",      "ex exs", "elixir"},
    {"elm",        "Elm",          "text/x-elm",         "elm"},
    {"erlang",     "Erlang",       "text/x-erlang",      "erl hrl", "escript"},
    {"fish",       "fish script",  "text/x-fish",        "fish", "fish"},
    {"fortran",    "Fortran",      "text/x-fortran",     "f f77 f90 f95 f03 f08"},
    {"fsharp",     "F#",           "text/x-fsharp",      "fs fsi fsx"},
    {"graphql",    "GraphQL",      "text/x-graphql",     "graphql gql"},
    {"groovy",     "Groovy",       "text/x-groovy",      "groovy gradle", "groovy"},
    {"haskell",    "Haskell",      "text/x-haskell",     "hs lhs", "runghc runhaskell"},
    {"hcl",        "HCL",          "text/x-hcl",         "hcl tf tfvars"},
    {"julia",      "Julia",        "text/x-julia",       "jl", "julia"},
    {"kotlin",     "Kotlin",       "text/x-kotlin",      "kt kts", "kotlin"},
    {"lisp",       "Lisp",         "text/x-lisp",        "lisp lsp el scm ss rkt", "sbcl guile racket emacs"},
    {"nim",        "Nim",          "text/x-nim",         "nim"},
    {"nix",        "Nix",          "text/x-nix",         "nix"},
    {"objective-c","Objective-C",  "text/x-objective-c", "m mm"},
    {"ocaml",      "OCaml",        "text/x-ocaml",       "ml mli", "ocaml"},
    {"pascal",     "Pascal",       "text/x-pascal",      "pas pp dpr"},
    {"perl",       "Perl",         "text/x-perl",        "pl pm", "perl"},
    {"powershell", "PowerShell",   "text/x-powershell",  "ps1 psm1 psd1", "pwsh powershell"},
    {"protobuf",   "Protocol Buffers", "text/x-protobuf", "proto"},
    {"r",          "R",            "text/x-r",           "r", "Rscript"},
    {"scala",      "Scala",        "text/x-scala",       "scala sc", "scala"},
    {"solidity",   "Solidity",     "text/x-solidity",    "sol"},
    {"sql",        "SQL",          "text/x-sql",         "sql ddl"},
    {"svelte",     "Svelte",       "text/x-svelte",      "svelte"},
    {"swift",      "Swift",        "text/x-swift",       "swift", "swift"},
    {"tcl",        "Tcl",          "text/x-tcl",         "tcl", "tclsh wish expect"},
    {"verilog",    "Verilog",      "text/x-verilog",     "v vh sv svh"},
    {"vhdl",       "VHDL",         "text/x-vhdl",        "vhd vhdl"},
    {"vim",        "Vim script",   "text/x-vim",         "vim"},
    {"visual-basic", "Visual Basic", "text/x-vb",        "vb vbs bas"},
    {"vue",        "Vue",          "text/x-vue",         "vue"},
    {"zig",        "Zig",          "text/x-zig",         "zig"},
});
// clang-format on

/// Whether `words` has the program, or the program's name and a version behind it.
bool names_program(std::string_view words, std::string_view program) {
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        if (program.starts_with(word) &&
            program.find_first_not_of("0123456789.", word.size()) == std::string_view::npos) {
            return true;
        }
        words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
    return false;
}

std::string_view next_word(std::string_view& line) {
    const std::size_t start = std::min(line.size(), line.find_first_not_of(" \t"));
    const std::size_t end = std::min(line.size(), line.find_first_of(" \t\r", start));
    const std::string_view word = line.substr(start, end - start);
    line.remove_prefix(end);
    return word;
}

/// The program that a "#!" line runs, without its folder; what `env` runs, without env's options.
std::string_view script_program(std::string_view text) {
    if (!text.starts_with("#!")) return {};
    std::string_view line =
        text.substr(2, text.find('\n') == std::string_view::npos ? text.size() : text.find('\n') - 2);
    const auto base_name = [](std::string_view path) { return path.substr(path.find_last_of('/') + 1); };
    std::string_view program = base_name(next_word(line));
    if (program != "env") return program;
    do {
        program = next_word(line);
    } while (program.starts_with('-') || program.find('=') != std::string_view::npos);
    return base_name(program);
}

}  // namespace

std::span<const SourceLanguage> source_languages() noexcept { return languages; }

const SourceLanguage* source_language_of(std::string_view media_type) noexcept {
    const auto found = std::find_if(languages.begin(), languages.end(),
                                    [&](const SourceLanguage& language) { return language.media_type == media_type; });
    return found == languages.end() ? nullptr : &*found;
}

const SourceLanguage* source_language_of_script(std::string_view text) noexcept {
    const std::string_view program = script_program(text);
    if (program.empty()) return nullptr;
    const auto found = std::find_if(languages.begin(), languages.end(), [&](const SourceLanguage& language) {
        return names_program(language.interpreters, program);
    });
    return found == languages.end() ? nullptr : &*found;
}

}  // namespace quarry::document
