#pragma once

#include <string_view>
#include <vector>

#include "core/redact/finding.h"

namespace quarry::redact {

/// Which personal data `find_personal` looks for.
struct PersonalKinds {
    bool email = false;
    bool phone = false;
    bool card = false;
    bool iban = false;
    bool us_ssn = false;
    bool swiss_ahv = false;
    bool german_tax_id = false;
    bool ip = false;  ///< Public addresses only.
};

/// Appends what is found, in text order; findings may overlap. Linear in the text.
///
/// Numbers count where they stand by themselves: not within a word, a longer number, a version or a date. Those that
/// carry no check (phone numbers in national form) must be written as such numbers are, or be called so
/// ("Tel.", "phone") shortly before.
void find_personal(std::string_view text, const PersonalKinds& kinds, std::vector<Finding>& findings);

}  // namespace quarry::redact
