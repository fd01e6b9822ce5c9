"""Our selection of Shopee's categories for micro businesses. Ids and levels are the platform's; leaves name their profile.

One line: id, parent (0: root), Indonesian name, English name, and for leaves the profile of attributes
(`attributes.py`). The first leaf can be listed with first options or plain text alone.
"""

TREE = """
100629|0|Makanan & Minuman|Food & Beverages|
100646|100629|Makanan Ringan|Snacks|
100788|100646|Keripik & Kerupuk|Chips & Crisps|snack
100787|100646|Biskuit & Kue Kering|Biscuits, Cookies & Wafers|snack
100785|100646|Permen & Manisan|Sweets & Candy|snack
100786|100646|Cokelat|Chocolate|snack
100789|100646|Kuaci & Biji-bijian|Seeds|snack
100792|100646|Kacang|Nuts|snack
100790|100646|Popcorn|Popcorn|snack
100791|100646|Rumput Laut|Seaweed|snack
100794|100646|Puding, Jeli & Marshmallow|Pudding, Jellies & Marshmallow|snack
100793|100646|Makanan Ringan Lainnya|Others|snack
100651|100629|Minuman|Beverages|
100824|100651|Kopi|Coffee|coffee
100825|100651|Teh & Teh Celup|Tea & Tea Bags|tea
100826|100651|Minuman Cokelat|Chocolate Drinks|drink
100829|100651|Jus & Cuka Buah|Juice & Juice Vinegar|drink
100830|100651|Sirup & Konsentrat|Cordial & Syrups|drink
100832|100651|Minuman Bubuk|Powdered Drink Mixes|drink
100833|100651|Minuman Dessert|Dessert Drink|drink
100834|100651|Minuman Tradisional & Herbal|Traditional & Herbal Drinks|herbal
100836|100651|Susu Nabati|Non-dairy Milk|drink
100837|100651|Minuman Lainnya|Others|drink
100645|100629|Makanan Siap Saji|Convenience / Ready-to-eat|
100780|100645|Makanan Matang|Cooked Food|food
100782|100645|Nasi & Bubur Instan|Instant Rice & Porridge|food
100784|100645|Mi Instan|Instant Noodles|food
100781|100645|Makanan Siap Saji Lainnya|Others|food
100647|100629|Bahan Pokok|Food Staples|
100797|100647|Mi|Noodles|food
100798|100647|Beras|Rice|food
100799|100647|Pasta|Pasta|food
100802|100647|Sayuran Awetan|Preserved Vegetables|food
100800|100647|Bahan Pokok Lainnya|Others|food
100648|100629|Bahan Masakan|Cooking Essentials|
100803|100648|Minyak|Oil|food
100805|100648|Gula|Sugar|food
100806|100648|Pemanis|Sweetener|food
100807|100648|Kaldu & Sup Instan|Stock, Gravy & Instant Soup|food
100808|100648|Bumbu & Pasta Masak|Cooking Paste & Kit|sauce
100809|100648|Penyedap Rasa|Flavour Enhancers|food
100810|100648|Tepung Pelapis|Flour Coating|food
100811|100648|Bahan Masakan Lainnya|Others|sauce
100649|100629|Bahan Kue|Baking Needs|
100814|100649|Tepung Premix|Baking Premix Flour|food
100815|100649|Tepung|Flour|food
100818|100649|Bahan Kue Lainnya|Others|food
100650|100629|Sereal & Olesan|Breakfast Cereals & Spread|
100819|100650|Madu & Sirup Maple|Honey & Maple Syrups|food
100820|100650|Selai & Olesan|Jam & Spread|food
100821|100650|Sereal, Granola & Oat|Cereal, Granola & Oats|food
100823|100650|Sereal & Olesan Lainnya|Others|food
100652|100629|Susu & Telur|Dairy & Eggs|
100839|100652|Yogurt & Susu Fermentasi|Yogurt & Cultured Milk|frozen
100844|100652|Telur|Eggs|food
100845|100652|Tahu|Beancurd|food
100846|100652|Susu & Telur Lainnya|Others|food
100653|100629|Makanan Segar & Beku|Fresh & Frozen Food|
100851|100653|Sayuran|Vegetables|food
100852|100653|Buah|Fruits|food
100853|100653|Jamur|Mushroom|food
100854|100653|Makanan Olahan Beku|Frozen Processed Food|frozen
100855|100653|Daging & Hasil Laut Olahan|Processed Meat & Seafood|food
100850|100653|Makanan Segar & Beku Lainnya|Others|frozen
100654|100629|Roti & Kue|Bakery|
100856|100654|Roti|Breads|food
100857|100654|Kue & Pai|Cakes & Pies|food
100858|100654|Pastry|Pastry|food
100859|100654|Roti & Kue Lainnya|Others|food
100656|100629|Paket & Hampers|Gift Set & Hampers|food
100657|100629|Makanan & Minuman Lainnya|Others|food
100017|0|Pakaian Wanita|Women Clothes|
100099|100017|Atasan|Tops|
100352|100099|Kaos|T-shirts|fashion
100353|100099|Kemeja & Blus|Shirts & Blouses|fashion
100354|100099|Kaos Polo|Polo Shirts|fashion
100356|100099|Atasan Lainnya|Others|fashion
100100|100017|Celana Panjang & Legging|Pants & Leggings|
100357|100100|Legging|Leggings & Treggings|fashion
100358|100100|Celana Panjang|Pants|fashion
100359|100100|Celana & Legging Lainnya|Others|fashion
100102|100017|Rok|Skirts|fashion
100103|100017|Denim|Jeans|fashion
100104|100017|Dress|Dresses|fashion
100107|100017|Jaket, Mantel & Rompi|Jackets, Coats & Vests|
100368|100107|Cape|Capes|fashion
100370|100107|Jaket|Jackets|fashion
100371|100107|Rompi|Vests|fashion
100372|100107|Outerwear Lainnya|Others|fashion
100108|100017|Sweater & Kardigan|Sweaters & Cardigans|fashion
100110|100017|Set|Sets|
100376|100110|Set Pasangan|Couple Sets|fashion
100377|100110|Set Keluarga|Family Sets|fashion
100378|100110|Set Perorangan|Individual Sets|fashion
100379|100110|Set Lainnya|Others|fashion
100112|100017|Pakaian Tidur & Piyama|Sleepwear & Pajamas|
100389|100112|Piyama|Pajamas|fashion
100390|100112|Daster|Night Dresses|fashion
100392|100112|Pakaian Tidur Lainnya|Others|fashion
100114|100017|Pakaian Tradisional|Traditional Wear|
100400|100114|Atasan Tradisional|Tops|traditional
100401|100114|Bawahan Tradisional|Bottoms|traditional
100402|100114|Set Tradisional|Sets|traditional
100403|100114|Dress Tradisional|Dresses|traditional
100404|100114|Pakaian Tradisional Lainnya|Others|traditional
100117|100017|Kain|Fabric|
100407|100117|Katun|Cotton|fabric
100409|100117|Beludru, Sutra & Satin|Velvet, Silk & Satin|fabric
100413|100117|Kanvas|Canvas|fabric
100416|100117|Kain Lainnya|Others|fabric
100116|100017|Pakaian Wanita Lainnya|Others|fashion
100011|0|Pakaian Pria|Men Clothes|
100054|100011|Atasan|Tops|
100242|100054|Kemeja|Shirts|fashion
100243|100054|Kaos Polo|Polo Shirts|fashion
100244|100054|Kaos|T-Shirts|fashion
100246|100054|Atasan Lainnya|Others|fashion
100052|100011|Celana Panjang|Pants|
100240|100052|Celana Panjang|Pants|fashion
100241|100052|Celana Panjang Lainnya|Others|fashion
100050|100011|Jaket, Mantel & Rompi|Jackets, Coats & Vests|
100230|100050|Jaket|Jackets|fashion
100231|100050|Rompi|Vests|fashion
100053|100011|Celana Pendek|Shorts|fashion
100057|100011|Set|Sets|fashion
100058|100011|Pakaian Tradisional|Traditional Wear|
100251|100058|Atasan Tradisional|Tops|traditional
100252|100058|Bawahan Tradisional|Bottoms|traditional
100253|100058|Set Tradisional|Sets|traditional
100254|100058|Pakaian Tradisional Lainnya|Others|traditional
100061|100011|Pakaian Pria Lainnya|Others|fashion
100633|0|Fashion Bayi & Anak|Baby & Kids Fashion|
100687|100633|Pakaian Bayi|Baby Clothes|
101018|100687|Dress|Dresses|kids
101021|100687|Atasan|Tops|kids
101023|100687|Set|Sets|kids
101025|100687|Pakaian Bayi Lainnya|Others|kids
100690|100633|Pakaian Anak Laki-Laki|Boy Clothes|
101041|100690|Pakaian Tidur|Sleepwear|kids
101046|100690|Setelan & Set|Suits & Sets|kids
101047|100690|Pakaian Anak Laki-Laki Lainnya|Others|kids
100691|100633|Pakaian Anak Perempuan|Girl Clothes|
101050|100691|Pakaian Tidur|Sleepwear|kids
101056|100691|Dress|Dresses|kids
101057|100691|Setelan & Set|Suits & Sets|kids
101058|100691|Pakaian Anak Perempuan Lainnya|Others|kids
100694|100633|Fashion Bayi & Anak Lainnya|Others|kids
100009|0|Aksesoris Fashion|Fashion Accessories|
100021|100009|Cincin|Rings|accessory
100022|100009|Anting|Earrings|accessory
100023|100009|Syal & Selendang|Scarves & Shawls|scarf
100025|100009|Aksesoris Rambut|Hair Accessories|
100145|100025|Bando & Bandana|Headbands|accessory
100146|100025|Ikat Rambut, Pita & Scrunchie|Hair Ties, Ribbons & Scrunchies|accessory
100147|100025|Jepitan & Pin Rambut|Hair Clips & Hair Pins|accessory
100150|100025|Aksesoris Rambut Lainnya|Others|accessory
100026|100009|Gelang Tangan & Bangle|Bracelets & Bangles|accessory
100027|100009|Gelang Kaki|Anklets|accessory
100028|100009|Topi|Hats & Caps|hat
100029|100009|Kalung|Necklaces|accessory
100032|100009|Ikat Pinggang|Belts|accessory
100034|100009|Aksesoris Tambahan|Additional Accessories|
100160|100034|Bros & Pin|Brooches & Pins|accessory
100161|100034|Bordir|Patches|accessory
100165|100034|Masker|Masks|accessory
100166|100034|Sapu Tangan|Handkerchiefs|accessory
100167|100034|Aksesoris Tambahan Lainnya|Others|accessory
100035|100009|Set & Paket Aksesoris|Accessories Sets & Packages|accessory
100036|100009|Aksesoris Fashion Lainnya|Others|accessory
100016|0|Tas Wanita|Women Bags|
100089|100016|Ransel Wanita|Backpacks|bag
100091|100016|Clutch|Clutches & Wristlets|bag
100092|100016|Tas Pinggang & Dada|Waist Bags & Chest Bags|bag
100093|100016|Tote Bag|Tote Bags|bag
100094|100016|Tas Tangan|Top-handle Bags|bag
100095|100016|Tas Selempang & Bahu|Crossbody & Shoulder Bags|bag
100096|100016|Dompet|Wallets|
100338|100096|Tempat Kartu|Card Holders|bag
100339|100096|Dompet Koin|Coin Holders & Purses|bag
100341|100096|Dompet Lipat|Bifold & Trifold Wallets|bag
100342|100096|Dompet Panjang|Long Wallets|bag
100343|100096|Dompet Lainnya|Others|bag
100098|100016|Tas Wanita Lainnya|Others|bag
100533|0|Tas Pria|Men Bags|
100564|100533|Ransel Pria|Backpacks|bag
100566|100533|Tote Bag|Tote Bags|bag
100569|100533|Tas Pinggang & Dada|Waist Bags & Chest Bags|bag
100570|100533|Tas Selempang & Bahu|Crossbody & Shoulder Bags|bag
100571|100533|Dompet|Wallets|
100608|100571|Tempat Kartu|Card Holders|bag
100611|100571|Dompet Lipat|Bifold & Trifold Wallets|bag
100612|100571|Dompet Panjang|Long Wallets|bag
100613|100571|Dompet Lainnya|Others|bag
100572|100533|Tas Pria Lainnya|Others|bag
100636|0|Perlengkapan Rumah|Home & Living|
100708|100636|Pengharum Ruangan & Aromaterapi|Home Fragrance & Aromatherapy|
101127|100708|Pengharum Ruangan|Air Fresheners & Home Fragrance|home
101128|100708|Minyak Esensial|Essential Oils|home
101130|100708|Pengharum Lainnya|Others|home
100710|100636|Kamar Tidur|Bedding|
101146|100710|Selimut & Bedcover|Blankets, Comforters & Quilts|home
101147|100710|Bantal|Pillows|home
101148|100710|Seprai & Sarung Bantal|Bedsheets, Pillowcases & Bolster Cases|home
101152|100710|Perlengkapan Tidur Lainnya|Others|home
100711|100636|Dekorasi|Decoration|
101153|100711|Bunga|Flowers|craft
101156|100711|Bingkai & Hiasan Dinding|Photo Frames & Wall Decoration|craft
101159|100711|Keset|Floor Mats|craft
101160|100711|Karpet|Carpets & Rugs|craft
101161|100711|Vas & Wadah|Vases & Vessels|craft
101162|100711|Lilin & Tempat Lilin|Candles & Candleholders|craft
101164|100711|Taplak Meja|Table Cloths|craft
101165|100711|Dekorasi Lainnya|Others|craft
100713|100636|Furnitur|Furniture|
101166|100713|Bantal Kursi|Cushions|craft
101169|100713|Meja|Desks & Tables|furniture
101171|100713|Bangku & Kursi|Benches, Chairs & Stools|furniture
101174|100713|Rak|Shelves & Racks|furniture
101175|100713|Furnitur Lainnya|Others|furniture
100714|100636|Taman|Gardening|
101176|100714|Tanaman|Plants|plant
101177|100714|Dekorasi Taman|Garden Decorations|craft
101178|100714|Tanah & Media Tanam|Garden Soils & Growing Media|garden
101179|100714|Pupuk|Fertilizer|garden
101180|100714|Benih & Umbi|Seeds & Bulbs|plant
101181|100714|Pot & Wadah Tanaman|Pots & Planters|craft
101183|100714|Alat Kebun|Gardening Tools|home
101184|100714|Taman Lainnya|Others|garden
100716|100636|Perawatan Rumah|Home Care Supplies|
101201|100716|Sikat Pembersih|Cleaning Brushes|home
101202|100716|Sapu|Brooms|craft
101203|100716|Kemoceng|Dusters|craft
101206|100716|Spons & Sabut|Sponges & Scouring Pads|home
101213|100716|Cairan Pembersih|Cleaning Agents|home
101215|100716|Perawatan Rumah Lainnya|Others|home
100717|100636|Peralatan Dapur|Kitchenware|
101217|100717|Peralatan Kue|Bakewares & Decorations|craft
101219|100717|Panci|Pots|craft
101220|100717|Tempat Makanan|Food Storage|craft
101223|100717|Alat Teh & Kopi|Tea, Coffee & Bartending Equipments|craft
101225|100717|Celemek & Sarung Tangan Dapur|Aprons & Kitchen Gloves|craft
101226|100717|Spatula|Spatulas & Cooking Tweezers|craft
101227|100717|Talenan|Chopping Boards|craft
101228|100717|Pisau & Gunting Dapur|Knives & Kitchen Scissors|craft
101232|100717|Saringan|Strainers|craft
101237|100717|Peralatan Dapur Lainnya|Others|craft
100718|100636|Peralatan Makan|Dinnerware|
101240|100718|Cangkir, Mug & Gelas|Cups, Mugs & Glasses|craft
101242|100718|Mangkuk|Bowls|craft
101243|100718|Piring|Plates|craft
101244|100718|Sendok & Garpu|Cutleries|craft
101246|100718|Tudung Saji|Food Covers|craft
101247|100718|Alas Makan & Tatakan|Placemats & Coasters|craft
101248|100718|Peralatan Makan Lainnya|Others|craft
100719|100636|Lampu|Lighting|craft
100721|100636|Organizer Rumah|Home Organizers|
101254|100721|Kotak, Tas & Keranjang Penyimpanan|Storage Boxes, Bags & Baskets|craft
101257|100721|Keranjang Cucian|Laundry Bags & Baskets|craft
101258|100721|Organizer Meja|Desk Organizers|craft
101261|100721|Tempat Tisu|Tissue Holders|craft
101262|100721|Organizer Lainnya|Others|craft
100722|100636|Perlengkapan Pesta|Party Supplies|
101266|100722|Kartu|Cards|craft
101270|100722|Perlengkapan Pesta Lainnya|Others|craft
100723|100636|Perlengkapan Keagamaan|Fengshui & Religious Supplies|craft
100724|100636|Perlengkapan Rumah Lainnya|Others|home
100639|0|Hobi & Koleksi|Hobbies & Collections|
100737|100639|Barang Koleksi|Collectible Items|
101386|100737|Patung & Ukiran|Statues & Sculptures|craft
101394|100737|Koleksi Lainnya|Others|craft
100738|100639|Souvenir|Souvenirs|
101395|100738|Kipas Tangan|Hand Fans|craft
101396|100738|Gantungan Kunci|Keychains|craft
101397|100738|Celengan|Coin Banks|craft
101398|100738|Magnet Kulkas|Fridge Magnets|craft
101399|100738|Souvenir Lainnya|Others|craft
100739|100639|Mainan & Permainan|Toys & Games|
101409|100739|Mainan Lainnya|Others|craft
100741|100639|Alat Musik & Aksesoris|Musical Instruments & Accessories|
101411|100741|Alat Musik Perkusi|Percussion Instruments|craft
101412|100741|Alat Musik Tiup|Wind Instruments|craft
101414|100741|Alat Musik Lainnya|Others|craft
100744|100639|Menjahit & Merajut|Needlework|craft
100745|100639|Hobi & Koleksi Lainnya|Others|craft
100630|0|Perawatan & Kecantikan|Beauty|
102002|100630|Perawatan Tubuh|Bath & Body Care|
102003|102002|Sabun Mandi|Body Wash & Soap|cosmetic
102004|102002|Lulur & Scrub|Body Scrub & Peel|cosmetic
102005|102002|Masker Tubuh|Body Masks|cosmetic
102006|102002|Minyak Tubuh|Body Oil|cosmetic
102007|102002|Krim, Losion & Body Butter|Body Cream, Lotion & Butter|cosmetic
102008|102002|Deodoran|Body Deodorants|cosmetic
102009|102002|Minyak Pijat|Massage Oil|cosmetic
102013|102002|Perawatan Tubuh Lainnya|Others|cosmetic
100659|100630|Perawatan Rambut|Hair Care|
100869|100659|Sampo|Shampoo|cosmetic
100871|100659|Perawatan Rambut Khusus|Hair Treatment|cosmetic
100874|100659|Perawatan Rambut Lainnya|Others|cosmetic
100661|100630|Parfum & Wewangian|Perfumes & Fragrances|cosmetic
100662|100630|Kosmetik|Makeup|
100884|100662|Pembersih Make Up|Makeup Removers|cosmetic
100880|100662|Kosmetik Lainnya|Others|cosmetic
100664|100630|Perawatan Wajah|Skincare|
100891|100664|Pembersih Wajah|Facial Cleanser|cosmetic
100892|100664|Toner|Toner|cosmetic
100893|100664|Pelembap Wajah|Facial Moisturizer|cosmetic
100894|100664|Minyak Wajah|Facial Oil|cosmetic
100896|100664|Serum & Esens Wajah|Facial Serum & Essence|cosmetic
100897|100664|Scrub Wajah|Face Scrub & Peel|cosmetic
100898|100664|Masker Wajah|Face Mask & Packs|cosmetic
100905|100664|Perawatan Wajah Lainnya|Others|cosmetic
100665|100630|Paket Kecantikan|Beauty Sets & Packages|cosmetic
100666|100630|Perawatan & Kecantikan Lainnya|Others|cosmetic
100001|0|Kesehatan|Health|
100002|100001|Suplemen Makanan|Food Supplement|
100006|100002|Kesehatan Umum|Well Being|herbal
100007|100002|Suplemen Lainnya|Others|herbal
100019|100001|Perawatan Diri|Personal Care|
100131|100019|Pembersih Tangan|Hand Sanitizers|cosmetic
100138|100019|Pengusir Serangga|Insect Repellents|home
100139|100019|Perawatan Diri Lainnya|Others|cosmetic
100008|100001|Kesehatan Lainnya|Others|herbal
"""
