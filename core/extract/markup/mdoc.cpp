#include "core/extract/markup/mdoc.h"

#include <algorithm>
#include <array>

#include "core/extract/markup/roff.h"

namespace quarry::extract {
namespace {

struct MdocMacro {
    std::string_view name;
    std::string_view before;  ///< In front of each argument, or of the whole for an enclosure.
    std::string_view after;
    bool encloses = false;  ///< Reaches to the line's end.
};
constexpr auto mdoc_macros =
    std::to_array<MdocMacro>({{"Ad", "", ""},           {"An", "", ""},
                              {"Ap", "'", ""},          {"Ar", "", ""},
                              {"Cd", "", ""},           {"Cm", "", ""},
                              {"Dv", "", ""},           {"Em", "", ""},
                              {"Er", "", ""},           {"Ev", "", ""},
                              {"Fa", "", ""},           {"Fl", "-", ""},
                              {"Fn", "", ""},           {"Ft", "", ""},
                              {"Ic", "", ""},           {"In", "<", ">"},
                              {"Lb", "", ""},           {"Li", "", ""},
                              {"Lk", "", ""},           {"Ms", "", ""},
                              {"Mt", "", ""},           {"Nd", "\xE2\x80\x94 ", ""},
                              {"Nm", "", ""},           {"No", "", ""},
                              {"Ns", "", ""},           {"Pa", "", ""},
                              {"Pf", "", ""},           {"St", "", ""},
                              {"Sx", "", ""},           {"Sy", "", ""},
                              {"Tn", "", ""},           {"Va", "", ""},
                              {"Vt", "", ""},           {"Xr", "", ""},
                              {"Ux", "UNIX", ""},       {"Bx", "BSD", ""},
                              {"Fx", "FreeBSD", ""},    {"Nx", "NetBSD", ""},
                              {"Ox", "OpenBSD", ""},    {"Ao", "<", ""},
                              {"Ac", ">", ""},          {"Oo", "[", ""},
                              {"Oc", "]", ""},          {"Po", "(", ""},
                              {"Pc", ")", ""},          {"Op", "[", "]", true},
                              {"Aq", "<", ">", true},   {"Bq", "[", "]", true},
                              {"Brq", "{", "}", true},  {"Dq", "\xE2\x80\x9C", "\xE2\x80\x9D", true},
                              {"Pq", "(", ")", true},   {"Ql", "", "", true},
                              {"Qq", "\"", "\"", true}, {"Sq", "\xE2\x80\x98", "\xE2\x80\x99", true},
                              {"%A", "", "", true},     {"%B", "", "", true},
                              {"%T", "", "", true},     {"%J", "", "", true},
                              {"%D", "", "", true},     {"%R", "", "", true},
                              {"%N", "", "", true},     {"%V", "", "", true},
                              {"%P", "", "", true},     {"%O", "", "", true},
                              {"%I", "", "", true},     {"%U", "", "", true},
                              {"%C", "", "", true},     {"%Q", "", "", true}});

const MdocMacro* find_macro(std::string_view name) {
    const auto* const found = std::find_if(mdoc_macros.begin(), mdoc_macros.end(),
                                           [&](const MdocMacro& macro) { return macro.name == name; });
    return found == mdoc_macros.end() ? nullptr : found;
}

bool closes(std::string_view word) {
    return word.size() == 1 && std::string_view(".,:;)]?!").find(word.front()) != std::string_view::npos;
}
bool opens(std::string_view word) { return word == "(" || word == "["; }

/// Whether the macro itself is a word or a sign, whatever follows: .Ux, .Oc
bool is_word(const MdocMacro& macro) {
    return macro.name == "Ap" || macro.name == "Oc" || macro.name == "Ac" || macro.name == "Pc" || macro.name == "Ux" ||
           macro.name == "Bx" || macro.name == "Fx" || macro.name == "Nx" || macro.name == "Ox";
}

/// Puts words one behind the other, with blanks where mdoc has them.
class MdocLine {
public:
    explicit MdocLine(std::string& name) : name_(name) {}

    std::string read(const std::vector<std::string>& words) {
        const MdocMacro* macro = nullptr;
        bool had_argument = true;
        const auto end_macro = [&] {
            if (macro == nullptr || had_argument) return;
            if (macro->name == "Nm") add(name_);
            if (macro->name == "Fl") add("-");
            if (macro->name == "Ar") add("file ...");
        };
        for (const std::string& word : words) {
            if (const MdocMacro* next = find_macro(word)) {
                end_macro();
                macro = next;
                had_argument = false;
                begin(*macro);
                continue;
            }
            const std::string text = roff_plain(word);
            if (closes(text)) {
                end_macro();
                had_argument = true;
                tight_ = true;
                add(text);
                continue;
            }
            add_argument(macro, text, had_argument);
            had_argument = true;
        }
        end_macro();
        while (!enclosures_.empty()) {
            line_ += enclosures_.back();
            enclosures_.pop_back();
        }
        return std::move(line_);
    }

private:
    void begin(const MdocMacro& macro) {
        if (macro.name == "Ns" || macro.name == "Ap" || macro.name == "Oc" || macro.name == "Ac" ||
            macro.name == "Pc") {
            tight_ = true;
        }
        const bool opener = macro.name.size() == 2 && macro.name[1] == 'o' && macro.name != "No";
        if (macro.encloses || opener) {
            add(macro.before);
            tight_ = true;
            if (macro.encloses) enclosures_.emplace_back(macro.after);
        } else if (is_word(macro)) {
            add(macro.before);
            tight_ = macro.name == "Ap";
        }
    }

    void add_argument(const MdocMacro* macro, const std::string& text, bool had_argument) {
        if (macro == nullptr || macro->encloses) {
            add(text);
        } else if (macro->name == "Xr" && had_argument) {
            tight_ = true;
            add("(" + text + ")");
        } else if (macro->name == "Fl" || macro->name == "In" || macro->name == "Nd") {
            add((macro->name == "Nd" && had_argument ? "" : std::string(macro->before)) + text +
                std::string(macro->after));
        } else {
            if (macro->name == "Nm" && !had_argument && name_.empty()) name_ = text;
            add(text);
            if (macro->name == "Pf" && !had_argument) tight_ = true;
        }
    }

    void add(std::string_view word) {
        if (word.empty()) return;
        if (!line_.empty() && !tight_) line_ += ' ';
        line_ += word;
        tight_ = opens(word);
    }

    std::string& name_;
    std::string line_;
    bool tight_ = false;  ///< No blank before the next word.
    std::vector<std::string> enclosures_;
};

}  // namespace

std::string mdoc_words(const std::vector<std::string>& words, std::string& name) { return MdocLine(name).read(words); }

bool is_mdoc_text_macro(std::string_view macro) { return find_macro(macro) != nullptr; }

}  // namespace quarry::extract
