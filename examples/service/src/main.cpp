#include "text.hpp"

#include <iostream>
#include <iterator>

int main() {
  const std::string input((std::istreambuf_iterator<char>(std::cin)),
                          std::istreambuf_iterator<char>());
  const std::string text = text::normalized(input);
  std::cout << "words " << text::words(text) << ", numbers " << text::numbers(text) << ", primes "
            << text::primes_below_a_million() << "\n";
}
