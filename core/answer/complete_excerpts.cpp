#include "core/answer/complete_excerpts.h"

#include <algorithm>
#include <optional>

#include "core/answer/excerpt.h"
#include "core/answer/passage_parts.h"

namespace quarry::answer {
namespace {

constexpr std::size_t most_words_of_list = 120;
constexpr std::size_t most_words_led_to = 60;  // behind a colon, beyond the first line or item
constexpr std::size_t most_antecedents = 2;    // sentences of which each points back to the one before

/// The excerpts of one passage.
class Completer {
public:
    Completer(QuestionReading& question, const PassageReading& reading)
        : question_(question), passage_(*reading.passage), parts_(reading.parts) {}

    /// Both as one: the list that they are of, with the line that leads to it, as far as it fits; what touches. Of
    /// clear sentences, only those of numbered steps or of one paragraph, since the better one is to stay in front of
    /// others.
    [[nodiscard]] std::optional<ChosenExcerpt> joined(const ChosenExcerpt& a, const ChosenExcerpt& b,
                                                      bool is_clear) const {
        ChosenExcerpt both = a;
        both.first = std::min(a.first, b.first);
        both.last = std::max(a.last, b.last);
        const std::size_t later = std::max(a.first, b.first);
        if (const std::optional<List> list = list_at(part_of(later));
            list && list->meets(a) && list->meets(b) && (list->is_numbered || !is_clear)) {
            if (const ChosenExcerpt whole = with_list(both, *list); fits(whole, list->most_words())) return whole;
            if (fits(both, list->most_words())) return both;
        }
        const std::size_t before = std::min(a.last, b.last);
        const bool overlap = later <= before;
        const bool touch = later == before + 1 && is_same_section(a.first, b.first) &&
                           fits(both, most_words_of_steps) && (!is_clear || part_of(later) == part_of(before));
        return overlap || touch ? std::optional(both) : std::nullopt;
    }

    /// An excerpt with all of a list that it has the end of, if that has at most so many words.
    void take_list(ChosenExcerpt& excerpt, std::size_t most_words) const {
        const std::optional<List> list = list_at(part_of(excerpt.first));
        if (!list) return;
        if (const ChosenExcerpt whole = with_list(excerpt, *list); fits(whole, most_words)) excerpt = whole;
    }

    void take_antecedents(ChosenExcerpt& excerpt) {
        for (std::size_t i = 0; i < most_antecedents && excerpt.first > 0; ++i) {
            const std::size_t own = excerpt.first;
            const bool is_at_hand = is_sentence(own) && is_sentence(own - 1) && is_same_section(own, own - 1);
            if (!is_at_hand || !question_.leans_back(question_.fold(passage_.sentences[own].text))) break;
            --excerpt.first;
        }
    }

    /// Above code, the sentence that leads to it.
    void take_lead(ChosenExcerpt& excerpt) const {
        const std::size_t own = excerpt.first;
        const bool is_code = passage_.sentences[own].span.kind == passages::SentenceSpan::Kind::line &&
                             passage_.sentences[own].table_head.empty();
        if (is_code && own > 0 && is_same_section(own, own - 1) && ends_with_colon(passage_.sentences[own - 1].text)) {
            --excerpt.first;
        }
    }

    /// `may_drop`: a last sentence that leads to nothing that is there.
    void take_what_follows(ChosenExcerpt& excerpt, bool may_drop) const {
        const std::size_t words = count_words(passage_, excerpt.first, excerpt.last);
        bool is_first = true;
        while (ends_with_colon(passage_.sentences[excerpt.last].text)) {
            const std::size_t from = part_of(excerpt.last) + 1;
            std::size_t end = from;
            const auto may_take = [&](std::size_t part) {
                const ChosenExcerpt grown{excerpt.passage, excerpt.first, parts_[part].last, 0};
                return (is_first && part == from) ||
                       fits(grown, std::min(words + most_words_led_to, most_words_of_steps));
            };
            while (end < parts_.size() && is_same_section(parts_[end].first, excerpt.last) && is_led_to(from, end) &&
                   may_take(end)) {
                ++end;
            }
            if (end == from) break;
            excerpt.last = parts_[end - 1].last;
            is_first = false;
        }
        while (may_drop && excerpt.last > excerpt.first && ends_with_colon(passage_.sentences[excerpt.last].text)) {
            --excerpt.last;
        }
    }

private:
    struct List {
        std::size_t first, last;  ///< Sentences, without the line that leads to it.
        std::size_t beginning;    ///< With that.
        bool is_numbered;

        [[nodiscard]] bool meets(const ChosenExcerpt& excerpt) const {
            return excerpt.first <= last && excerpt.last >= first;
        }
        [[nodiscard]] std::size_t most_words() const { return is_numbered ? most_words_of_steps : most_words_of_list; }
    };

    [[nodiscard]] bool is_same_section(std::size_t a, std::size_t b) const { return in_same_section(passage_, a, b); }
    [[nodiscard]] bool is_sentence(std::size_t sentence) const {
        return passage_.sentences[sentence].span.kind == passages::SentenceSpan::Kind::prose &&
               list_marker(passage_, sentence).empty();
    }
    [[nodiscard]] bool fits(const ChosenExcerpt& excerpt, std::size_t most_words) const {
        return count_words(passage_, excerpt.first, excerpt.last) <= most_words;
    }
    [[nodiscard]] std::size_t part_of(std::size_t sentence) const {
        const auto found = std::ranges::lower_bound(parts_, sentence, {}, &PassagePart::last);
        return static_cast<std::size_t>(found - parts_.begin());
    }

    /// Whether what part `from` begins goes on with a later part: lines, or items and what is in them.
    [[nodiscard]] bool is_led_to(std::size_t from, std::size_t part) const {
        const PassagePart &first = parts_[from], &here = parts_[part];
        if (part == from) return true;
        return first.item ? (here.item && here.indent >= first.indent) || here.indent > first.indent
                          : first.line && here.line;
    }

    /// The list that a part is in.
    [[nodiscard]] std::optional<List> list_at(std::size_t part) const {
        const auto may_be_in = [&](std::size_t k) {
            return (parts_[k].item || parts_[k].line || parts_[k].indent > 0) &&
                   is_same_section(parts_[k].first, parts_[part].first);
        };
        std::size_t lo = part, hi = part;
        while (lo > 0 && may_be_in(lo - 1)) --lo;
        while (lo <= part && !parts_[lo].item) ++lo;
        if (lo > part) return std::nullopt;
        while (hi + 1 < parts_.size() && may_be_in(hi + 1)) ++hi;
        while (hi > lo && !parts_[hi].item && parts_[hi].indent <= parts_[lo].indent) --hi;
        if (hi < part) return std::nullopt;
        const std::size_t first = parts_[lo].first;
        const bool is_led_to = lo > 0 && is_same_section(parts_[lo - 1].first, first) &&
                               ends_with_colon(passage_.sentences[parts_[lo - 1].last].text);
        return List{first, parts_[hi].last, is_led_to ? parts_[lo - 1].first : first,
                    list_marker(passage_, first).size() > 1};
    }
    [[nodiscard]] static ChosenExcerpt with_list(ChosenExcerpt excerpt, const List& list) {
        if (excerpt.first <= list.last) excerpt.first = std::min(excerpt.first, list.beginning);
        excerpt.last = std::max(excerpt.last, list.last);
        return excerpt;
    }

    QuestionReading& question_;
    const passages::Passage& passage_;
    const std::vector<PassagePart>& parts_;
};

void join(std::span<const Completer> completers, bool is_clear, std::vector<ChosenExcerpt>& excerpts) {
    for (std::size_t i = 0; i < excerpts.size(); ++i) {
        for (std::size_t k = i + 1; k < excerpts.size(); ++k) {
            if (excerpts[i].passage != excerpts[k].passage) continue;
            const std::optional<ChosenExcerpt> both =
                completers[excerpts[i].passage].joined(excerpts[i], excerpts[k], is_clear);
            if (!both) continue;
            excerpts[i] = *both;
            excerpts.erase(excerpts.begin() + static_cast<std::ptrdiff_t>(k));
            k = i;  // another may touch both
        }
    }
}

}  // namespace

std::vector<ChosenExcerpt> complete_excerpts(QuestionReading& question, std::span<const PassageReading> readings,
                                             const ExcerptChoice& choice) {
    std::vector<Completer> completers;
    for (const PassageReading& reading : readings) completers.emplace_back(question, reading);
    std::vector<ChosenExcerpt> excerpts = choice.excerpts;
    join(completers, choice.is_clear, excerpts);
    if (!choice.is_clear && !excerpts.empty()) {
        completers[excerpts.front().passage].take_list(excerpts.front(), most_words_of_steps);
    }
    for (ChosenExcerpt& excerpt : excerpts) {
        completers[excerpt.passage].take_what_follows(excerpt, !choice.is_clear);
        completers[excerpt.passage].take_lead(excerpt);
        completers[excerpt.passage].take_antecedents(excerpt);
    }
    join(completers, choice.is_clear, excerpts);
    return excerpts;
}

}  // namespace quarry::answer
