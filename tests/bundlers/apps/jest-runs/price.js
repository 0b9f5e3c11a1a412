exports.price = amount => amount * 2
