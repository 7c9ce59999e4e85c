#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/answer/claim.h"
#include "core/answer/denial_words.h"

namespace quarry::answer {

/// Whether a word in lower case denies: "not", "never", "isn't".
[[nodiscard]] bool is_denial(std::string_view lower) noexcept;
/// Whether the word of these bytes denies what stands behind it, unlike that of "not only" and "No. 5".
[[nodiscard]] bool denies_there(std::string_view text, std::size_t start, std::size_t end);
/// What a word in lower case is that ends at `end`, where it denies by its meaning ("refused to", "it is false that");
/// null for others.
[[nodiscard]] const DenyingWords* find_denying_word(std::string_view lower, std::string_view text, std::size_t end);
/// Whether the word of these bytes is the "but" of "everyone but the chair".
[[nodiscard]] bool excludes_there(std::string_view text, std::size_t start, std::size_t end);
/// Whether a full stop at `at` is that of "No. 5".
[[nodiscard]] bool is_number_sign(std::string_view text, std::size_t at);
/// Whether a word such as "but", behind what ends at `at`, makes an exception and no other clause: "nobody but",
/// "everyone but".
[[nodiscard]] bool is_exception_there(std::string_view text, std::size_t at, std::string_view word);

/// Reads what the denials of a clause deny, word by word.
class DenialReader {
public:
    DenialReader(Claim& clause, std::string_view language) : clause_(&clause), language_(language) {}

    /// A word that denies; those of bounds are none.
    void read_denial(std::string_view lower);
    /// Any other word, before it stands among the clause's tokens. `excludes`: it leaves out what it is in front of.
    void read_word(const Claim::Token& token, bool excludes);
    /// The same word, where it denies by its meaning.
    void read_denying_word(const Claim::Token& token, bool means_more);

private:
    [[nodiscard]] bool goes_on(std::string_view lower) const;
    [[nodiscard]] bool is_exclusion(const Claim::Token& token) const;
    void turn();

    Claim* clause_;
    std::string_view language_;
    bool is_denied_ = false;
    bool in_part_ = false;      ///< Of the clause, with a denial of its own.
    bool denies_next_ = false;  ///< The next word that means something.
};

/// Takes a clause's denial to be of its own words alone: "nothing is lost".
void deny_words(Claim& clause);
/// The same of the words behind its last denial, of these from `from` on if it is there: "was not built by Ann but by
/// Eve". Where there are none, nothing changes: "he sleeps not".
void deny_words_behind(Claim& clause, std::string_view from);
/// Denies no word alone that another part of the sentence says: "it shows what is sent, and sends nothing".
void leave_out_said(Claim& clause, const Claim& part);

}  // namespace quarry::answer
