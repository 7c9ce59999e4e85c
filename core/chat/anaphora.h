#pragma once

#include <string_view>

namespace quarry::chat {

/// Whether a question in German, French, Spanish, Italian, Portuguese, Russian, Chinese or Japanese leans on what was
/// said before: it goes on from there ("Und …", "Et …", "那么…"), only asks ("Warum?"), has a pronoun ("elle", "его",
/// "它") or a possessive with a word behind it ("sein Durchmesser"). Pronouns and possessives count in questions of at
/// most six words, since some of them have other uses too; in Chinese and Japanese, anywhere.
[[nodiscard]] bool refers_back(std::string_view question);

}  // namespace quarry::chat
