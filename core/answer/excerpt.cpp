#include "core/answer/excerpt.h"

#include <algorithm>

namespace quarry::answer {
namespace {

/// A run of parts that grows while it keeps to a section and to a number of words.
class PartRun {
public:
    /// `from`: the sentence of the part that it begins with, as long as it takes nothing above.
    PartRun(const PassageReading& reading, std::size_t part, std::size_t from, std::size_t most_words)
        : passage_(*reading.passage),
          parts_(reading.parts),
          most_words_(most_words),
          from_(from),
          own_(part),
          lo_(part),
          hi_(part) {}

    [[nodiscard]] bool fits() const { return words(lo_, hi_) <= most_words_; }
    [[nodiscard]] std::size_t first_sentence() const { return lo_ == own_ ? from_ : parts_[lo_].first; }
    [[nodiscard]] std::size_t last_sentence() const { return parts_[hi_].last; }

    /// The labels right above, as many as fit.
    void take_labels() {
        while (lo_ > 0 && parts_[lo_ - 1].is_label && may_take(lo_ - 1)) --lo_;
    }
    /// Of source code and settings: the block that the part is in, or of that its first line and what is below the
    /// part.
    void take_block() {
        const std::vector<std::size_t>& labels = parts_[own_].labels;
        std::size_t own = own_;  // or what that comments on
        while (leads_line(own)) ++own;
        std::size_t head = own;
        if (!labels.empty() && may_take(labels.back())) lo_ = head = labels.back();
        for (const std::size_t from : {head, own}) {
            const std::size_t end = std::max(block_end(from), own);
            if (!may_take(end)) continue;
            hi_ = end;
            break;
        }
        while (lo_ > 0 && leads_line(lo_ - 1) && may_take(lo_ - 1)) --lo_;
    }
    /// What the run leads to: the list or code behind a colon, the items after an item that a colon led to, with what
    /// is in them.
    void take_what_follows(bool wants_code) {
        while (hi_ + 1 < parts_.size() && has_own_labels(hi_ + 1) && may_take(hi_ + 1)) {
            const PassagePart &here = parts_[hi_], &next = parts_[hi_ + 1];
            const bool more_lines = next.line && (wants_code || (here.line && hi_ > own_));
            const bool more_of_list =
                hi_ > own_ && parts_[own_ + 1].item && (next.item || next.indent > parts_[own_ + 1].indent);
            const bool goes_on = leads_on(hi_) || more_lines || more_of_list;
            if (!goes_on) break;
            ++hi_;
        }
    }
    /// The numbered steps that the part is one of or leads to, with the line that leads to them.
    void take_steps() {
        const std::size_t step = step_of_own();
        if (step == parts_.size()) return;
        most_words_ = std::max(most_words_, most_words_of_steps);
        const auto belongs = [&](std::size_t k) {
            return parts_[k].line || parts_[k].indent > parts_[step].indent ||
                   (is_numbered(k) && parts_[k].indent == parts_[step].indent);
        };
        if (step <= own_) {
            while (lo_ > 0 && belongs(lo_ - 1) && may_take(lo_ - 1)) --lo_;
            while (lo_ < step && !is_numbered(lo_)) ++lo_;  // code above the first step, or what a step ends with
            if (lo_ > 0 && leads_on(lo_ - 1) && may_take(lo_ - 1)) --lo_;
        }
        while (hi_ + 1 < parts_.size() && belongs(hi_ + 1) && may_take(hi_ + 1)) ++hi_;
    }
    /// What has the same labels, downwards, then upwards.
    void take_own_labels() {
        while (hi_ + 1 < parts_.size() && has_own_labels(hi_ + 1) && may_take(hi_ + 1)) ++hi_;
        while (lo_ > 0 && has_own_labels(lo_ - 1) && may_take(lo_ - 1)) --lo_;
    }
    /// What else is in the section, on both sides in turn; it does not end with a label. Above what has a label is
    /// something else.
    void take_section() {
        const bool above = parts_[own_].labels.empty();
        for (bool grew = true; grew;) {
            grew = false;
            if (hi_ + 1 < parts_.size() && may_take(hi_ + 1)) {
                ++hi_;
                grew = true;
            }
            if (above && lo_ > 0 && may_take(lo_ - 1)) {
                --lo_;
                grew = true;
            }
        }
        while (hi_ > own_ && parts_[hi_].is_label) --hi_;
    }

private:
    [[nodiscard]] std::size_t words(std::size_t lo, std::size_t hi) const {
        return count_words(passage_, lo == own_ ? from_ : parts_[lo].first, parts_[hi].last);
    }
    [[nodiscard]] bool may_take(std::size_t part) const {
        return in_same_section(passage_, parts_[part].first, parts_[own_].first) &&
               words(std::min(part, lo_), std::max(part, hi_)) <= most_words_;
    }
    [[nodiscard]] bool has_own_labels(std::size_t part) const {
        return !parts_[part].is_label && std::ranges::includes(parts_[part].labels, parts_[own_].labels);
    }

    /// Whether a line is a comment on the one below, or a decorator of it.
    [[nodiscard]] bool leads_line(std::size_t part) const {
        constexpr std::string_view marks[] = {"#", "//", "--", ";", "/*", "*", "@"};
        const std::string_view text = passage_.sentences[parts_[part].first].text;
        return part + 1 < parts_.size() && parts_[part + 1].indent == parts_[part].indent &&
               !gap_has_blank_line(part + 1) &&
               std::ranges::any_of(marks, [&](std::string_view mark) { return text.starts_with(mark); });
    }
    [[nodiscard]] bool gap_has_blank_line(std::size_t part) const {
        return std::ranges::count(gap_before(passage_, parts_[part].first), '\n') > 1;
    }
    /// The last line of the block that a line begins, itself where it begins none.
    [[nodiscard]] std::size_t block_end(std::size_t head) const {
        const auto line = [&](std::size_t k) -> std::string_view { return passage_.sentences[parts_[k].first].text; };
        const bool has_bracket_below = head + 1 < parts_.size() && parts_[head + 1].indent == parts_[head].indent &&
                                       is_opening_bracket(line(head + 1));
        std::size_t end = has_bracket_below ? head + 1 : head;
        while (end + 1 < parts_.size() && parts_[end + 1].indent > parts_[head].indent) ++end;
        if (end == head || end + 1 == parts_.size() || parts_[end + 1].indent != parts_[head].indent) return end;
        return line(end + 1).find_first_not_of(")]};,") == std::string_view::npos ? end + 1 : end;
    }
    [[nodiscard]] bool leads_on(std::size_t part) const {
        return ends_with_colon(passage_.sentences[parts_[part].last].text);
    }
    [[nodiscard]] bool is_numbered(std::size_t part) const {
        return list_marker(passage_, parts_[part].first).size() > 1;  // "1." is longer than "-"
    }
    /// The numbered step that the part is or is in, or the first of those that it leads to; the number of parts if
    /// none.
    [[nodiscard]] std::size_t step_of_own() const {
        if (leads_on(own_) && own_ + 1 < parts_.size() && is_numbered(own_ + 1)) return own_ + 1;
        for (std::size_t k = own_;; --k) {
            if (is_numbered(k)) return k;
            const bool inside = parts_[k].line || parts_[k].indent > 0;
            if (k == 0 || !inside || !in_same_section(passage_, parts_[k - 1].first, parts_[own_].first)) break;
        }
        return parts_.size();
    }

    const passages::Passage& passage_;
    const std::vector<PassagePart>& parts_;
    std::size_t most_words_;
    std::size_t from_, own_, lo_, hi_;
};

/// Where an excerpt begins: with the sentence, or with the one before, of this paragraph or the one above, if it points
/// back to it.
std::size_t beginning_of(const PassageReading& reading, const SentenceCandidate& candidate) {
    const std::size_t own = candidate.sentence;
    const bool points_back = candidate.feature(SentenceFeature::leans_back) > 0 && own > 0;
    return points_back && in_same_section(*reading.passage, own, own - 1) ? own - 1 : own;
}

/// The sentences of a paragraph that is too long: those after one, and with `before` those before it.
ChosenExcerpt sentences_around(const PassageReading& reading, const SentenceCandidate& candidate, bool before,
                               std::size_t most_words) {
    const passages::Passage& passage = *reading.passage;
    const PassagePart& part = reading.parts[candidate.part];
    ChosenExcerpt excerpt{candidate.passage, candidate.sentence, candidate.sentence, 0};
    const auto may_take = [&](std::size_t sentence) {
        return count_words(passage, std::min(sentence, excerpt.first), std::max(sentence, excerpt.last)) <= most_words;
    };
    const std::size_t beginning = beginning_of(reading, candidate);
    if (beginning < excerpt.first && may_take(beginning)) excerpt.first = beginning;
    while (excerpt.last < part.last && may_take(excerpt.last + 1)) ++excerpt.last;
    while (before && excerpt.first > part.first && may_take(excerpt.first - 1)) --excerpt.first;
    return excerpt;
}

/// A stretch from the first label of its sentence on, where that and the sentence fit; what follows them may go.
ChosenExcerpt with_name(const PassageReading& reading, const SentenceCandidate& candidate, ChosenExcerpt stretch,
                        std::size_t most_words) {
    const passages::Passage& passage = *reading.passage;
    const std::vector<std::size_t>& labels = reading.parts[candidate.part].labels;
    if (labels.empty()) return stretch;
    const std::size_t name = reading.parts[labels.front()].first;
    if (name >= stretch.first) return stretch;
    const auto fits = [&](std::size_t last) { return count_words(passage, name, last) <= most_words; };
    if (!fits(stretch.last)) {
        if (!fits(candidate.sentence)) return stretch;
        stretch.last = candidate.sentence;
    }
    stretch.first = name;
    return stretch;
}

}  // namespace

ChosenExcerpt excerpt_around(const PassageReading& reading, const SentenceCandidate& candidate, bool wants_code,
                             std::size_t most_words) {
    const PassagePart& part = reading.parts[candidate.part];
    // What describes an option or a term is read with its name.
    const std::size_t beginning = part.labels.empty() ? beginning_of(reading, candidate) : part.first;
    PartRun run(reading, candidate.part, beginning, most_words);
    if (!run.fits()) return sentences_around(reading, candidate, false, most_words);
    if (reading.passage->form == passages::TextForm::lines) {
        run.take_block();
        return {candidate.passage, run.first_sentence(), run.last_sentence(), 0};
    }
    if (beginning == part.first) run.take_labels();
    if (wants_code) run.take_steps();
    run.take_what_follows(wants_code);
    return {candidate.passage, run.first_sentence(), run.last_sentence(), 0};
}

ChosenExcerpt stretch_around(const PassageReading& reading, const SentenceCandidate& candidate, StretchLimit limit) {
    PartRun run(reading, candidate.part, reading.parts[candidate.part].first, limit.words);
    if (!run.fits()) {
        return with_name(reading, candidate, sentences_around(reading, candidate, true, limit.words),
                         limit.words_with_name);
    }
    run.take_labels();
    run.take_own_labels();
    run.take_labels();
    run.take_section();
    return with_name(reading, candidate, {candidate.passage, run.first_sentence(), run.last_sentence(), 0},
                     limit.words_with_name);
}

}  // namespace quarry::answer
