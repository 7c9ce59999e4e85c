#pragma once

#include <deque>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::answer {

/// Takes web addresses that stand in no text of the user out of a model's answer, which comes in pieces.
///
/// A hostile document can have a model write a link or an image whose address carries away what the model has read; a
/// viewer then asks for it, or a person clicks. Only an address that stands, as it is, in one of the texts is let
/// through: such a one carries nothing. Any word with "//", "www." or a scheme such as "javascript:" counts as one.
class AddressFilter {
public:
    /// The texts are borrowed for as long as the filter lives: what was retrieved, and the question.
    explicit AddressFilter(std::vector<std::string_view> texts) : texts_(std::move(texts)) {}

    /// What of the answer can be shown now: all but the beginning of a word that may be an address.
    [[nodiscard]] std::string feed(std::string_view piece);
    /// The rest, at the end of the answer.
    [[nodiscard]] std::string finish();

    /// A further text of the user's, which was read meanwhile.
    void add(std::string text) { texts_.emplace_back(own_.emplace_back(std::move(text))); }

    /// Hosts, or schemes, of the addresses that were taken out.
    [[nodiscard]] const std::set<std::string>& left_out() const noexcept { return left_out_; }

private:
    [[nodiscard]] std::string pass(std::string_view word);
    [[nodiscard]] bool is_known(std::string_view address) const;

    std::vector<std::string_view> texts_;
    std::deque<std::string> own_;  ///< What `add` was given.
    std::string word_;             ///< Not yet shown.
    std::set<std::string> left_out_;
};

/// What stands in the place of an address that was taken out.
inline constexpr std::string_view address_left_out = "address-left-out";

}  // namespace quarry::answer
