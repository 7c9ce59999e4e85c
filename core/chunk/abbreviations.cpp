#include "core/chunk/abbreviations.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::chunk {
namespace {

// Bytes: longer words are in no list.
constexpr std::size_t longest_listed = 32;

bool is_upper(std::string_view word) {
    return !word.empty() && u_isupper(static_cast<UChar32>(decode_utf8(word, 0).value)) != 0;
}

/// The words of all lists by what they are, read once.
class Words {
public:
    Words() {
        for (const LanguageList& list : language_lists()) {
            for (const std::string_view line : split(list.text, '\n')) {
                const std::size_t colon = line.find(':');
                if (line.starts_with('#') || colon == std::string_view::npos) continue;
                for (const std::string_view word : split(trim(line.substr(colon + 1)), ' ')) {
                    add(line.substr(0, colon), std::string(word));
                }
            }
        }
    }

    [[nodiscard]] Abbreviation find(const std::string& word) const {
        if (const auto found = abbreviations_.find(word); found != abbreviations_.end()) return found->second;
        for (const auto& [ending, kind] : endings_) {
            if (word.size() > ending.size() && word.ends_with(ending)) return kind;
        }
        return Abbreviation::none;
    }

    std::unordered_set<std::string> openers, before_ordinals, behind_ordinals, beginnings;

private:
    void add(std::string_view kind, std::string word) {
        using enum Abbreviation;
        if (kind == "opener") return static_cast<void>(openers.insert(std::move(word)));
        if (kind == "ordinal") return static_cast<void>(before_ordinals.insert(std::move(word)));
        if (kind == "month") return static_cast<void>(behind_ordinals.insert(std::move(word)));
        const Abbreviation what = kind == "never"     ? never_ends
                                  : kind == "number"  ? reference
                                  : kind == "date"    ? date
                                  : kind == "maybe"   ? may_end
                                  : kind == "capital" ? ends_before_capital
                                                      : unit;
        if (word.starts_with('-')) {
            endings_.emplace_back(word.substr(1), what);
            return;
        }
        for (std::size_t dot = word.find('.'); dot != std::string::npos; dot = word.find('.', dot + 1)) {
            beginnings.insert(word.substr(0, dot + 1));
        }
        if (word.find('.') != std::string::npos) beginnings.insert(word + '.');
        abbreviations_.emplace(std::move(word), what);
    }

    std::unordered_map<std::string, Abbreviation> abbreviations_;
    std::vector<std::pair<std::string, Abbreviation>> endings_;
};

const Words& words() {
    static const Words all;
    return all;
}

/// In lower case, of any script; empty when it is too long to be listed.
std::string listed_form(std::string_view word) {
    std::string lower;
    if (word.size() > longest_listed) return lower;
    for (std::size_t i = 0; i < word.size();) {
        const CodePoint point = decode_utf8(word, i);
        append_utf8(lower, static_cast<char32_t>(u_tolower(static_cast<UChar32>(point.value))));
        i += point.length;
    }
    return lower;
}

/// "U.S", "А.С": single letters with full stops between them.
bool is_dotted(std::string_view word) {
    std::size_t letters = 0;
    for (std::size_t i = 0; i < word.size();) {
        const CodePoint letter = decode_utf8(word, i);
        if (u_isalpha(static_cast<UChar32>(letter.value)) == 0) return false;
        ++letters;
        i += letter.length;
        if (i == word.size()) break;
        if (word[i] != '.' || ++i == word.size()) return false;
    }
    return letters > 1;
}

}  // namespace

Abbreviation find_abbreviation(std::string_view word) {
    const std::string lower = listed_form(word);
    if (lower.empty()) return Abbreviation::none;
    const Abbreviation found = words().find(lower);
    const bool upper = is_upper(word);
    // A single capital is an initial.
    const bool initial = upper && decode_utf8(word, 0).length == word.size();
    if (initial && found != Abbreviation::never_ends) return Abbreviation::may_end;
    if (found == Abbreviation::none || (found == Abbreviation::date && !upper)) {
        return is_dotted(word) ? Abbreviation::may_end : Abbreviation::none;
    }
    return found;
}

bool begins_abbreviation(std::string_view parts) {
    const std::string lower = listed_form(parts);
    return !lower.empty() && words().beginnings.contains(lower);
}

bool starts_sentences(std::string_view word) { return is_upper(word) && words().openers.contains(listed_form(word)); }
bool precedes_ordinal(std::string_view word) { return words().before_ordinals.contains(listed_form(word)); }
bool follows_ordinal(std::string_view word) { return words().behind_ordinals.contains(listed_form(word)); }

}  // namespace quarry::chunk
